// Stands in for the FEEL editor, which brings its own style elements, and the site's policy refuses those.
export { default } from "dmn-js-shared/lib/components/ContentEditable";
