// Holds a finding's page against the files that it names: the digest, the line, the values on the line.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { labels } from "./labels.mjs";

// Every record on the page that lies in a text file of the demo's extracts.
export async function holdPlaces({ outcome, page, demo }) {
  const cards = page.locator("#main article.card");
  let n_held = 0;
  for (let at = 0; at < (await cards.count()); at += 1) {
    const card = cards.nth(at);
    const place = await card.locator(".place").first().innerText();
    await card.getByText(labels.finding.stands).click();
    const digest = await card.locator("code", { hasText: labels.finding.digest }).innerText();
    const [, name, line] = /^(\S+), line (\d+)/.exec(place) ?? [];
    const file = demo && fileNamed(join(demo.out, "extracts"), name);
    if (!file || !/\.(csv|jsonl)$/.test(file)) continue;
    const bytes = readFileSync(file);
    outcome.hold(`the digest of ${name} is that of the file`, digest === createHash("sha256").update(bytes).digest("hex"));
    const lines = ["utf8", "latin1"].map((encoding) => bytes.toString(encoding).replaceAll("\0", "").split("\n")[line - 1] ?? "");
    for (const value of await card.locator("tr.input td > bdi").allInnerTexts()) {
      outcome.hold(`line ${line} of ${name} says ${value}`, lines.some((text) => text.includes(value)), lines[0]);
      n_held += 1;
    }
  }
  if (demo) outcome.hold("a finding's values stand in a file", n_held > 0);
}

const fileNamed = (extracts, name) =>
  readdirSync(extracts).map((source) => join(extracts, source, name)).find(existsSync);
