// Follows the links of a face, each page once, a bounded number of them.
import { holdPage } from "./page.mjs";

// The most pages that one crawl opens.
export const PAGES_MAX = 20;
// The most pages of one form (`/desk/finding/7` and `/desk/finding/8` are of one form).
const OF_ONE_FORM_MAX = 2;

// What was seen before, on this face or another, is not opened again.
export const newlySeen = () => ({ paths: new Set(), forms: new Map() });

export async function crawl(outcome, page, begin, { paths: seen, forms }) {
  const origin = new URL(begin).origin;
  const queue = [begin];
  let opened = 0;
  while (queue.length > 0 && opened < PAGES_MAX) {
    const url = queue.shift();
    const answer = await page.goto(url.split("#")[0]);
    // A sign-in link leads on: what it led to is seen as well.
    seen.add(pathOf(page.url()));
    const type = answer.headers()["content-type"] ?? "";
    outcome.hold(`${pathOf(url)} answers`, answer.status() === 200, `status ${answer.status()}`);
    if (!type.startsWith("text/html")) continue;
    opened += 1;
    await holdPage(outcome, page, pathOf(url), { withAxe: true });
    for (const href of await page.locator("a[href]").evaluateAll((links) => links.filter((link) => !link.download).map((link) => link.href))) {
      const form = pathOf(href).replaceAll(/\d+/g, "N").replace(/\?.*/, "?");
      const ofForm = forms.get(form) ?? 0;
      if (!href.startsWith(`${origin}/`) || isFile(href) || seen.has(pathOf(href)) || ofForm >= OF_ONE_FORM_MAX) continue;
      seen.add(pathOf(href));
      forms.set(form, ofForm + 1);
      queue.push(href);
    }
  }
  return opened;
}

const pathOf = (url) => {
  const { pathname, search } = new URL(url);
  return pathname.startsWith("/sign-in/") ? "/sign-in/…" : pathname + search;
};

// What is downloaded instead of shown.
const isFile = (url) => /\/(file|checkpoint|tile\/.*)$/.test(new URL(url).pathname);
