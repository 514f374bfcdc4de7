"""End customers and imports of what a CRM knows of them. Partners learn nothing here, not even that it exists."""

from typing import Annotated, Any, cast

from ninja import File, Form, Query
from ninja.files import UploadedFile

from hansa.accounts.bearer import bearer
from hansa.core.actions import lock
from hansa.core.actors import Actor
from hansa.core.api.answers import expect
from hansa.core.api.chosen import chosen
from hansa.core.api.entrance import FORM, ApiRequest
from hansa.core.api.fields import OneOf, reference
from hansa.core.api.paging import Page, Paging, each, page
from hansa.core.api.problems import Refused
from hansa.core.api.routes import Routes
from hansa.customers import actions
from hansa.customers.imports.columns import Mapping, unmapped
from hansa.customers.imports.table import LARGEST_FILE
from hansa.customers.lookup import check_words
from hansa.customers.models import Company, CompanyName, IdentityKey, Import, ImportRow
from hansa.customers.permissions import READ_COMPANIES
from hansa.customers.resolve import look_up
from hansa.customers.schemas import (
    CompanyInFull,
    CompanyShown,
    EditCompany,
    ImportShown,
    Lookup,
    MapImport,
    MatchList,
    RowError,
)
from hansa.kernel.errors import Invalid
from hansa.kernel.ids import public_id

routes = Routes("Customers")
router = routes.router

CompanyId = Annotated[str, reference("company")]
ImportId = Annotated[str, reference("import")]


@routes.get("/companies", Page[CompanyShown], side="vendor", to=READ_COMPANIES)
def list_companies(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The companies that the vendor knows, newest first; those merged into others are not among them."""
    rows = Company.objects.visible_to(request.actor).filter(merged_into=None)
    return page(request, rows, paging, each(show_company), by="created_at")


@routes.get("/company-matches", MatchList, side="vendor", to=READ_COMPANIES)
def list_matches(request: ApiRequest, wanted: Query[Lookup]) -> dict[str, Any]:
    """The known companies that these words may mean: a name, a web domain or both."""
    check_words(wanted.name, wanted.domain)
    found = look_up(request.actor.vendor_id, wanted.name, wanted.domain, wanted.country, limit=wanted.limit)
    names = Company.objects.visible_to(request.actor).in_bulk([match.company_id for match in found])
    matches = [
        {
            "company": public_id("company", match.company_id),
            "name": names[match.company_id].name,
            "score": round(match.match.score, 3),
            "reasons": list(match.match.reasons),
        }
        for match in found
    ]
    return {"data": matches}


@routes.get("/companies/{company_id}", CompanyInFull, side="vendor", to=READ_COMPANIES)
def show_one_company(request: ApiRequest, company_id: CompanyId) -> dict[str, Any]:
    """One company."""
    return show_in_full(request.actor, Company.objects.visible_to(request.actor).named(company_id))


@routes.patch("/companies/{company_id}", CompanyInFull, side="vendor")
def edit_company(request: ApiRequest, company_id: CompanyId, body: EditCompany) -> dict[str, Any]:
    """Correct names, web domains, country, identifiers or parent. A former name stays one it goes by."""
    company = lock(request.actor, Company.objects.visible_to(request.actor).named(company_id))
    expect(request, show_in_full(request.actor, company))
    changes = body.dict(exclude_unset=True)
    if changes.get("parent"):
        changes["parent"] = chosen(Company.objects.visible_to(request.actor), changes["parent"], "parent").pk
    empty = [name for name, value in changes.items() if value is None and name != "parent"]
    if empty:
        raise Invalid("malformed", "Leave out what is to stay.", empty[0])
    return show_in_full(request.actor, actions.edit_company(request.actor, company, **changes))


@routes.get("/imports", Page[ImportShown], side="vendor", to=actions.IMPORTING)
def list_imports(request: ApiRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The files that were sent, newest first."""
    rows = Import.objects.visible_to(request.actor).defer("content")
    return page(request, rows, paging, each(show_import), by="created_at")


@routes.post("/imports", ImportShown, creates=True, side="vendor", auth=bearer(takes=FORM))
def upload_import(
    request: ApiRequest, file: File[UploadedFile], kind: Form[Annotated[str, OneOf(Import.Kind)] | None] = None
) -> dict[str, Any]:
    """Send a CSV or XLSX file of at most 20 MB; its columns are guessed, and nothing is imported yet."""
    if file.size and file.size > LARGEST_FILE:
        raise Refused(413, "too_large", "The file is larger than 20 MB. Split it into several.")
    content, vendor = file.read(LARGEST_FILE + 1), request.auth.workspace.vendor
    return show_import(
        actions.upload_import(request.actor, vendor, file_name=file.name or "", content=content, kind=kind)
    )


@routes.get("/imports/{import_id}", ImportShown, side="vendor", to=actions.IMPORTING)
def show_one_import(request: ApiRequest, import_id: ImportId) -> dict[str, Any]:
    """How far one import is."""
    return show_import(_import(request, import_id))


@routes.patch("/imports/{import_id}", ImportShown, side="vendor")
def map_import(request: ApiRequest, import_id: ImportId, body: MapImport) -> dict[str, Any]:
    """Say what the file holds and which column is which, before it is started."""
    found = lock(request.actor, _import(request, import_id))
    expect(request, show_import(found))
    return show_import(actions.map_import(request.actor, found, **body.dict()))


@routes.post("/imports/{import_id}/start", ImportShown, side="vendor")
def start_import(request: ApiRequest, import_id: ImportId) -> dict[str, Any]:
    """Write the rows in the background; also once more after a failure, from the row where it stopped."""
    return show_import(actions.start_import(request.actor, _import(request, import_id)))


@routes.post("/imports/{import_id}/discarding", ImportShown, side="vendor")
def discard_import(request: ApiRequest, import_id: ImportId) -> dict[str, Any]:
    """Throw the file away before it is imported, or what is left of it after a failure."""
    return show_import(actions.discard_import(request.actor, _import(request, import_id)))


@routes.get("/imports/{import_id}/errors", Page[RowError], side="vendor", to=actions.IMPORTING)
def list_import_errors(request: ApiRequest, import_id: ImportId, paging: Query[Paging]) -> dict[str, Any]:
    """The rows that could not be imported, and why; the last ones first."""
    rows = ImportRow.objects.visible_to(request.actor).filter(source=_import(request, import_id))
    rejected = rows.filter(outcome=ImportRow.Outcome.REJECTED)
    return page(request, rejected, paging, each(_row))


def show_company(company: Company) -> dict[str, Any]:
    plain = ("name", "country", "domain", "city", "industry", "vat", "duns", "lei", "in_crm", "created_at")
    return {
        "id": company.public_id,
        **{name: getattr(company, name) for name in plain},
        "parent": public_id("company", company.parent_id) if company.parent_id else None,
        "merged_into": public_id("company", company.merged_into_id) if company.merged_into_id else None,
    }


def show_in_full(actor: Actor, company: Company) -> dict[str, Any]:
    """`CompanyInFull` of one."""
    names = CompanyName.objects.visible_to(actor).filter(company=company).values_list("name", flat=True)
    keys = IdentityKey.objects.visible_to(actor).filter(company=company, key__startswith="d:")
    domains = {key.removeprefix("d:") for key in keys.values_list("key", flat=True)} - {company.domain}
    return {**show_company(company), "aliases": sorted(names), "other_domains": sorted(domains)}


def show_import(found: Import) -> dict[str, Any]:
    plain = ("file_name", "mapping", "problem", "rows_total", "rows_done", "totals", "created_at")
    return {
        "id": found.public_id,
        "kind": str(found.kind),
        "status": str(found.status),
        **{name: getattr(found, name) for name in plain},
        "unmapped": unmapped(cast(Mapping, found.mapping)),
    }


def _row(row: ImportRow) -> dict[str, Any]:
    return {"number": row.number, "message": row.message, "row": row.raw}


def _import(request: ApiRequest, reference: str) -> Import:
    return Import.objects.visible_to(request.actor).defer("content").named(reference)  # type: ignore[no-any-return]
