"""Addresses of customers, all of them the vendor's."""

from django.urls import URLPattern, path

from hansa.customers.views import companies, imports

CUSTOMERS = "w/<slug:workspace>/customers/"
IMPORTS = "w/<slug:workspace>/imports/"

urlpatterns: list[URLPattern] = [
    path(CUSTOMERS, companies.customers, name="customers"),
    path(f"{CUSTOMERS}<str:company>/", companies.company, name="company"),
    path(f"{CUSTOMERS}<str:company>/edit/", companies.edit_company, name="edit-company"),
    path(IMPORTS, imports.imports, name="imports"),
    path(f"{IMPORTS}<str:reference>/", imports.import_, name="import"),
    path(f"{IMPORTS}<str:reference>/columns/", imports.map_columns, name="map-import"),
    path(f"{IMPORTS}<str:reference>/resume/", imports.resume, name="resume-import"),
    path(f"{IMPORTS}<str:reference>/discard/", imports.discard, name="discard-import"),
    path(f"{IMPORTS}<str:reference>/remarks.csv", imports.remarks, name="import-remarks"),
]
