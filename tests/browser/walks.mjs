// The way of one planted error through the three faces. A visit is a page of the browser, the URLs of the three
// faces, and where pictures go.
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { holdPlaces } from "./extract.mjs";
import { labels } from "./labels.mjs";
import { holdPage, tabTo } from "./page.mjs";

const REASON = "The other records agree, and the paper that the office keeps agrees with them.";

const heading = (page, name) => page.getByRole("heading", { name }).first();
const hold = (visit, place, name) =>
  holdPage(visit.outcome, visit.page, visit.prefix + place, { ...visit, name: name && visit.prefix + name });

// Desk: the first finding of the queue, decided without ever touching the mouse.
export async function decideByKeyboard(visit) {
  const { page, urls } = visit;
  await page.goto(urls.desk);
  await heading(page, labels.desk.heading).waitFor();
  await hold(visit, "the desk", "desk");
  await holdSkipLink(visit);
  await page.locator(labels.desk.queue).first().click();
  await heading(page, labels.finding.sources).waitFor();
  await hold(visit, "a finding", "finding");
  await holdRefusedForm(visit);
  await tabTo(page, () => document.activeElement.matches('form[action$="/decide"] input[type="radio"]'), "the first choice");
  await page.keyboard.press("Space");
  await tabTo(page, () => document.activeElement.matches('form[action$="/decide"] textarea'), "the reason");
  await page.keyboard.type(REASON);
  await tabTo(page, () => document.activeElement.matches('form[action$="/decide"] button'), "the button");
  await page.keyboard.press("Enter");
  await holdDecided(visit, "decided-by-keyboard");
}

// Desk: from the line of the file, in which the demo planted an error, to the finding about it.
export async function followLine(visit) {
  const { outcome, page, urls, demo } = visit;
  if (!demo) return;
  outcome.hold("the demo names the line of a planted error", Boolean(demo.line));
  await page.goto(urls.desk);
  await page.goto(demo.line);
  await hold(visit, "the page about a line", "line");
  const finding = page.locator('main a[href^="/desk/finding/"]').first();
  await finding.click();
  await heading(page, labels.finding.sources).waitFor();
  const { searchParams } = new URL(demo.line);
  const place = `${searchParams.get("file")}, line ${searchParams.get("line")}`;
  outcome.hold("the finding shows the line that was followed", (await page.getByText(place).count()) > 0, place);
}

// Desk: an open finding in the file of the person whose link the demo gives, decided.
export async function decideAboutPerson(visit) {
  const { outcome, page, urls } = visit;
  await page.goto(urls.desk);
  await page.goto(new URL(`/desk/person/${personOf(urls.person)}`, urls.desk).href);
  await hold(visit, "a person's file at the desk", "file");
  const paths = await page.locator("main a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  for (const path of new Set(paths.filter((href) => labels.finding.path.test(href ?? "")))) {
    await page.goto(new URL(path, urls.desk).href);
    if ((await page.getByRole("button", { name: labels.finding.decide }).count()) === 0) continue;
    await holdPlaces(visit);
    await page.getByRole("radio", { name: labels.finding.outcome }).check();
    await page.getByRole("textbox", { name: labels.finding.reason }).fill(REASON);
    await page.getByRole("button", { name: labels.finding.decide }).click();
    await holdDecided(visit, "decided");
    return;
  }
  outcome.hold("the person whose link the demo gives has a decided finding", await page.getByText(REASON).count() > 0);
}

// Desk: the record packet of that person, given to a court whose name was forgotten at first.
export async function givePacket(visit) {
  const { outcome, page, urls } = visit;
  const { packet } = labels;
  await page.goto(urls.desk);
  await page.goto(new URL(`/desk/person/${personOf(urls.person)}`, urls.desk).href);
  await page.getByText(packet.give).click();
  await page.getByRole("radio", { name: packet.reader }).check();
  await page.getByRole("button", { name: packet.make }).click();
  await page.locator(".problem").waitFor();
  const recipient = page.getByRole("textbox", { name: packet.recipient });
  outcome.hold("a packet for nobody is refused at the field", (await recipient.getAttribute("aria-invalid")) === "true");
  await recipient.fill("The immigration court");
  await page.getByRole("button", { name: packet.make }).click();
  await heading(page, packet.heading).waitFor();
  await hold(visit, "the packet for a court", "packet-court");
  const named = await page.getByRole("cell", { name: packet.keptBack }).count();
  outcome.hold("the court's packet names what was kept back", named === 1, named);
}

// A form that a browser let through unfinished comes back with what is wrong beside the field and what was typed.
async function holdRefusedForm({ outcome, page }) {
  if ((await page.evaluate(() => typeof globalThis.axe)) === "undefined") return;
  const address = page.url();
  await page.evaluate(() => { document.querySelector('form[action$="/decide"]').noValidate = true; });
  await page.getByRole("radio", { name: labels.finding.outcome }).check();
  await page.getByRole("textbox", { name: labels.finding.reason }).fill("short");
  await page.getByRole("button", { name: labels.finding.decide }).click();
  await page.locator(".problem").waitFor();
  const field = page.getByRole("textbox", { name: labels.finding.reason });
  outcome.hold("a refused form keeps what was typed", (await field.inputValue()) === "short");
  outcome.hold("a refused form says at the field what is wrong", (await field.getAttribute("aria-invalid")) === "true");
  outcome.hold("a refused form keeps the menu", (await page.getByRole("link", { name: "Desk", exact: true }).count()) === 1);
  await page.goto(address);
}

// The first press of Tab on a page reaches the link that leads past the navigation.
async function holdSkipLink({ outcome, page }) {
  await page.keyboard.press("Tab");
  const isShown = await page.evaluate(() => document.activeElement.matches("a.skip") && document.activeElement.getBoundingClientRect().left >= 0);
  await page.keyboard.press("Enter");
  const led = await page.evaluate(() => document.activeElement.id);
  outcome.hold("the first press of Tab shows the link to the content, and it leads there", isShown && led === "main", led);
}

async function holdDecided(visit, name) {
  const { outcome, page } = visit;
  await page.getByText(REASON).first().waitFor();
  const n_open = await page.getByRole("button", { name: labels.finding.decide }).count();
  outcome.hold("a decided finding is not decided twice", n_open === 0);
  await hold(visit, "a decided finding", name);
}

// The number in the person's signed link. The link is signed, not secret: it says for whom it is.
function personOf(url) {
  const text = Buffer.from(new URL(url).pathname.split("/").at(-1), "base64url").toString();
  const number = /"person":\s*(\d+)/.exec(text)?.[1];
  if (!number) throw new Error("the person's link names nobody");
  return number;
}

// Person: the record with the decision and the reads; 'this is wrong'; the request; the receipt.
export async function asPerson(visit) {
  const { outcome, page, urls } = visit;
  await page.goto(urls.person);
  await heading(page, labels.person.heading).waitFor();
  await hold(visit, "the person's page", "person");
  outcome.hold("the person reads the reason of the decision", (await page.getByText(REASON).count()) > 0);
  outcome.hold("the person's page lists the reads", (await heading(page, labels.person.whoLooked).count()) === 1);
  await page.getByRole("link", { name: labels.person.packetLink }).click();
  await heading(page, labels.packet.heading).waitFor();
  await hold(visit, "the person's record packet", "packet");
  await page.goBack();
  await page.getByRole("link", { name: labels.person.wrongLink }).first().click();
  await heading(page, labels.wrong.heading).waitFor();
  await hold(visit, "'this is wrong'", "wrong");
  for (const question of labels.wrong.questions) {
    await page.getByRole("textbox", { name: question }).fill("My birth certificate says otherwise. Write to the clinic.");
  }
  await page.getByRole("button", { name: labels.wrong.send }).click();
  await heading(page, labels.request.heading).waitFor();
  await heading(page, labels.request.history).waitFor();
  await hold(visit, "a request", "request");
}

// Desk and person: the request that the person filed is granted, and the person reads it.
export async function grantRequest(visit) {
  const { outcome, page, urls } = visit;
  const number = /\d+$/.exec(new URL(page.url()).pathname)[0];
  await page.goto(urls.desk);
  await page.goto(new URL("/desk/requests", urls.desk).href);
  await hold(visit, "the requests", "requests");
  await page.locator(`a[href="/desk/request/${number}"]`).click();
  await page.getByRole("radio", { name: labels.request.granted }).check();
  await page.getByRole("textbox", { name: labels.request.corrected }).fill("the value on the birth certificate");
  // An address is corrected as a whole: its other parts stay as they are.
  for (const part of await page.locator('input[aria-describedby="determine-parts-hint"]').all()) {
    const label = page.locator(`label[for="${await part.getAttribute("id")}"]`);
    await part.fill(await label.locator("bdi").innerText());
  }
  await page.getByRole("textbox", { name: labels.finding.reason }).fill(REASON);
  await page.getByRole("button", { name: labels.request.determine }).click();
  await page.getByText(REASON).first().waitFor();
  await hold(visit, "a determined request", "determined");
  await page.goto(new URL(`/me/request/${number}`, urls.desk).href);
  outcome.hold("the person reads that the request was right", (await page.getByText(labels.request.right).count()) === 1);
  await hold(visit, "the person's granted request", "granted");
}

// Person, public, command line: from the decision to the checkpoint.
export async function proveDecision(visit) {
  const { outcome, page, urls, demo } = visit;
  await page.goto(urls.person);
  await heading(page, labels.person.heading).waitFor();
  const decision = page.locator("#main article").filter({ hasText: REASON }).first();
  await decision.getByRole("link", { name: labels.person.receiptLink }).first().click();
  await heading(page, labels.receipt.proves).waitFor();
  await hold(visit, "a receipt", "receipt");
  const command = await page.getByRole("region", { name: labels.receipt.command }).innerText();
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: labels.receipt.download }).click();
  const download = await waiting;
  if (demo) {
    const words = command.match(/'[^']*'|\S+/g).map((word) => word.replaceAll("'", ""));
    const at = words.indexOf(download.suggestedFilename());
    outcome.hold("the command names the file that is downloaded", words[0] === "redress" && at > 0, command);
    const file = join(visit.folder, `${visit.prefix}${download.suggestedFilename()}`);
    await download.saveAs(file);
    const told = execFileSync(demo.binary, words.with(at, file).slice(1), { encoding: "utf8" });
    outcome.hold("the receipt verifies offline", /^verified: /.test(told), told);
  }
  await page.getByRole("link", { name: labels.receipt.entry }).click();
  await heading(page, labels.entry.heading).waitFor();
  await heading(page, labels.entry.under).waitFor();
  await hold(visit, "an entry", "entry");
}

// Public: the front page and the checkpoint.
export async function asPublic(visit) {
  const { outcome, page, urls } = visit;
  await page.goto(urls.public);
  await heading(page, labels.public.heading).waitFor();
  await heading(page, labels.public.refuses).waitFor();
  await hold(visit, "the public page", "public");
  const answer = await page.request.get(new URL(labels.checkpoint.path, urls.public).href);
  const checkpoint = await answer.text();
  outcome.hold("the checkpoint is a signed note", labels.checkpoint.form.test(checkpoint), checkpoint);
}
