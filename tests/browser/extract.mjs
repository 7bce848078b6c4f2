// Holds a finding's page against the files that it names: the digest, the line, the values on the line.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

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
    if (!demo || !/\.(csv|jsonl)$/.test(name ?? "")) continue;
    // A source has several extracts with a file of the name: the digest tells which one the page speaks of.
    const bytes = filesNamed(demo.out, name).find((file) => createHash("sha256").update(file).digest("hex") === digest);
    outcome.hold(`the digest of ${name} is that of a file`, Boolean(bytes));
    if (!bytes) continue;
    const lines = ["utf8", "latin1"].map((encoding) => bytes.toString(encoding).replaceAll("\0", "").split("\n")[line - 1] ?? "");
    for (const value of await card.locator("tr.input td > bdi").allInnerTexts()) {
      outcome.hold(`line ${line} of ${name} says ${value}`, lines.some((text) => text.includes(value)), lines[0]);
      n_held += 1;
    }
  }
  if (demo) outcome.hold("a finding's values stand in a file", n_held > 0);
}

const filesNamed = (out, name) =>
  readdirSync(out, { recursive: true }).filter((path) => basename(path) === name).map((path) => readFileSync(join(out, path)));
