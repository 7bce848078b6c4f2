// Walks the demo in a real browser: the way of one finding through the three faces, every page's accessibility,
// the narrow screen, the keyboard, and all of it again without script.
//
//   node tests/browser/run.mjs --binary target/debug/redress [--pictures target/browser] [--chromium PATH]
//                              [--desk URL --person URL --public URL]     pages that are served already
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

import { crawl, newlySeen } from "./crawl.mjs";
import { startDemo } from "./demo.mjs";
import { judgeSample } from "./judge_walk.mjs";
import { Outcome } from "./outcome.mjs";
import * as officeWalks from "./office_walks.mjs";
import * as walks from "./walks.mjs";

const { values: given } = parseArgs({
  options: {
    binary: { type: "string", default: "target/debug/redress" },
    pictures: { type: "string", default: "target/browser" },
    chromium: { type: "string" },
    desk: { type: "string" },
    person: { type: "string" },
    public: { type: "string" },
  },
});

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
// No sandbox, because a gate runs as root; nothing that calls out, because the test needs only this machine.
const SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const STEP_MS_MAX = 20_000;

const outcome = new Outcome();
mkdirSync(given.pictures, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), "redress-browser-"));
let demo;
let browser;
try {
  demo = given.desk ? undefined : await startDemo(given.binary, join(folder, "demo"));
  const urls = demo?.urls ?? given;
  browser = await chromium.launch({ executablePath: given.chromium ?? BROWSERS.find(existsSync), args: SWITCHES });
  await walkAll(urls, "", { javaScriptEnabled: true });
  await walkAll(urls, "no-script-", { javaScriptEnabled: false });
  await crawlAll(urls);
  if (demo) await walkOffice(urls);
} catch (error) {
  outcome.hold("the demo is served and the browser starts", false, error.message);
} finally {
  await browser?.close();
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = outcome.close();

// The three faces in one context.
async function walkAll(urls, prefix, options) {
  const context = await browser.newContext({ ...options, acceptDownloads: true });
  context.setDefaultTimeout(STEP_MS_MAX);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("response", (answer) => answer.status() >= 500 && faults.push(`${answer.status()} ${answer.url()}`));
  const visit = { outcome, page, urls, pictures: given.pictures, prefix, withAxe: options.javaScriptEnabled, demo, folder };
  const walk = (name, steps) => outcome.walk(`${prefix}${name}`, () => steps(visit));
  await walk("a line of a file leads to the finding about it", walks.followLine);
  await walk("a finding is decided by keyboard alone", walks.decideByKeyboard);
  await walk("a finding about the person is decided", walks.decideAboutPerson);
  await walk("the desk gives a court the record packet", walks.givePacket);
  await walk("the person reads the decision and asks for a correction", walks.asPerson);
  await walk("the desk grants the request, and the person reads that it was right", walks.grantRequest);
  await walk("a receipt is downloaded, verified offline and found under the public checkpoint", walks.proveDecision);
  await walk("the public reads what was done", walks.asPublic);
  outcome.hold(`${prefix}no page failed`, faults.length === 0, faults.join(" | "));
  await context.close();
}

// What several people do one after the other, in one browser.
async function walkOffice(urls) {
  const context = await browser.newContext();
  context.setDefaultTimeout(STEP_MS_MAX);
  const page = await context.newPage();
  const visit = { outcome, page, urls, pictures: given.pictures, demo, folder };
  await outcome.walk("a drawn sample is judged blind by keyboard", () => judgeSample(visit));
  await outcome.walk("what can be done before a hearing reaches the person and the packet", () => officeWalks.readBeforeHearing(visit));
  await outcome.walk("a closing is proposed, approved, noticed, carried out and undone", () => officeWalks.closeAfterDeparture(visit));
  await outcome.walk("a refusal is appealed and decided by somebody else", () => officeWalks.appealRefusal(visit));
  await outcome.walk("what could worsen a position passes its gate", () => officeWalks.passTheGate(visit));
  await context.close();
}

// Every link of the three faces, one after the other in one context that is signed in to both.
async function crawlAll(urls) {
  const context = await browser.newContext();
  context.setDefaultTimeout(STEP_MS_MAX);
  const page = await context.newPage();
  const seen = newlySeen();
  for (const [face, url] of Object.entries({ public: urls.public, desk: urls.desk, person: urls.person })) {
    await outcome.walk(`every link of the ${face} face leads somewhere`, async () => {
      const opened = await crawl(outcome, page, url, seen);
      console.log(`     ${opened} pages of the ${face} face`);
    });
  }
  await context.close();
}
