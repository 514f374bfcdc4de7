// Without a network, a partner's pages become the page on which a deal can be registered all the same.
const CACHE = "hansa";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const kept = async (path) => {
  const workspace = path.match(/^\/w\/[^/]+\//)?.[0] ?? "/w/";
  const pages = (await (await caches.open(CACHE)).keys()).filter((one) => new URL(one.url).pathname.startsWith(workspace));
  return pages.length ? caches.match(pages[0]) : Response.error();
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => kept(url.pathname)));
  } else if (/^\/(static|accent)\//.test(url.pathname)) {
    event.respondWith(caches.match(event.request).then((found) => found ?? fetch(event.request)));
  }
});
