// The editor of decision tables out of dmn-js, without its diagrams, its literal expressions and its FEEL editor.
import EditingManager from "dmn-js-shared/lib/base/EditingManager";
import { is } from "dmn-js-shared/lib/util/ModelUtil";
import Editor from "dmn-js-decision-table/lib/Editor";
import Viewer from "dmn-js-decision-table/lib/Viewer";

const views = (constructor) => [{ id: "decisionTable", constructor, opens: (one) => is(one, "dmn:Decision") && is(one.decisionLogic, "dmn:DecisionTable") }];

export class TableEditor extends EditingManager {
  _getViewProviders() { return views(Editor); }
}

export class TableViewer extends EditingManager {
  _getViewProviders() { return views(Viewer); }
}
