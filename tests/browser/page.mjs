// What must hold on every page, whatever is on it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS_PX = [390, 1280];
const HEIGHT_PX = 900;

// Accessibility and width of the page at each width, with a picture of each where a name is given for it. axe is
// script itself: where a page may run none, the same markup has been looked at with script before.
export async function holdPage(outcome, page, place, { pictures, name, withAxe }) {
  for (const width of WIDTHS_PX) {
    await page.setViewportSize({ width, height: HEIGHT_PX });
    const where = `${place} at ${width} px`;
    if (withAxe) {
      const faults = await accessibilityFaults(page);
      outcome.hold(`${where} is accessible`, faults.length === 0, faults.join(" | "));
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    outcome.hold(`${where} does not scroll sideways`, over <= 0, `${over} px too wide`);
    const cut = await page.evaluate(() => [...document.querySelectorAll(".waterfall .bits")].filter((value) => value.getBoundingClientRect().right > innerWidth).length);
    outcome.hold(`${where} shows every value of its charts`, cut === 0, `${cut} values are cut off`);
    if (name) await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
  }
  outcome.hold(`${place} has one main heading`, (await page.getByRole("heading", { level: 1 }).count()) === 1);
  outcome.hold(`${place} has a title and a language`, Boolean(await page.title()) && Boolean(await page.getAttribute("html", "lang")));
}

async function accessibilityFaults(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }), TAGS);
  return result.violations.map((fault) => `${fault.id} (${fault.impact}) ${fault.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}

// Presses Tab until the focus is on an element for which `isIt` holds.
export async function tabTo(page, isIt, what) {
  const PRESSES_MAX = 400;
  for (let press = 0; press < PRESSES_MAX; press += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(isIt)) {
      const outline = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== "none" || style.boxShadow !== "none";
      });
      if (!outline) throw new Error(`${what} does not show that it has the focus`);
      return;
    }
  }
  throw new Error(`${what} cannot be reached with ${PRESSES_MAX} presses of Tab`);
}
