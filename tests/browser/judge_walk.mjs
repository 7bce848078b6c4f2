// A drawn sample of a linkage run, judged at the desk by keyboard: invented people, a run of its own, a server beside the demo's.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { labels } from "./labels.mjs";
import { holdPage, tabTo } from "./page.mjs";

const CONFIG = 'unique_id = "id"\n[columns]\nname = "full_name"\nborn = "date_of_birth"\naddress = "address_line"\n';
const GIVEN = ["Ana María", "Luis", "Wilhelmina", "Iker"];
const FAMILY = ["Núñez de la Torre", "Bereck", "Featherstonehaugh", "Oyelaran"];
const PAIRS = 3;
const START_MS_MAX = 60_000;

// Forty people, each written twice; the second time the street is cut short, and some have a slip or a value left out.
function people() {
  const row = (at) => {
    const person = Math.floor(at / 2);
    const isSecond = at % 2 === 1;
    const born = isSecond && person % 3 === 1 ? "" : `19${40 + person}-0${1 + (person % 9)}-1${person % 10}`;
    const street = isSecond ? "Example Street" : "Example Road, Building C, Apartment";
    return `r${at},${GIVEN[person % 4]} ${FAMILY[Math.floor(person / 4) % 4]}${isSecond && person % 3 === 2 ? "o" : ""},${born},"${person + 1} ${street} ${person}, Springfield"`;
  };
  return ["id,name,born,address", ...Array.from({ length: 80 }, (_, at) => row(at))].join("\n");
}

// Draws a sample into a folder and serves it; where, by which link, and how it ends.
async function serveSample({ demo, folder }) {
  const at = (name) => join(folder, "judged", name);
  mkdirSync(at(""), { recursive: true });
  writeFileSync(at("link.toml"), CONFIG);
  writeFileSync(at("people.csv"), people());
  for (const words of [
    ["link", "--config", at("link.toml"), "--out", at("run"), at("people.csv")],
    ["review", "sample", "--out", at("run"), "--n", String(PAIRS)],
  ]) {
    const done = spawnSync(demo.binary, words, { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`redress ${words[0]}: ${done.stderr}`);
  }
  const child = spawn(demo.binary, ["serve", "--port", "0", "--store", join(demo.out, "store"), "--sample", at("run")], { stdio: ["ignore", "pipe", "ignore"] });
  const stop = () => child.kill("SIGKILL");
  const link = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the sample was not served within ${START_MS_MAX} ms`)), START_MS_MAX);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^review desk +(http\S+)/.exec(line);
      if (found) resolve(found[1]);
      if (found) clearTimeout(timer);
    });
    child.once("exit", (code) => reject(new Error(`the server of the sample ended with ${code}`)));
  }).catch((error) => {
    stop();
    throw error;
  });
  return { link, stop, labelsFile: at("run/labels.csv") };
}

// From the desk to the last pair, and what is on file then.
export async function judgeSample(visit) {
  const { outcome, page } = visit;
  const hold = (place, name) => holdPage(outcome, page, place, { ...visit, name, withAxe: true });
  const served = await serveSample(visit);
  try {
    await page.goto(served.link);
    await page.getByRole("link", { name: labels.sample.way }).click();
    await hold("a pair of a drawn sample", "sample-pair");
    for (const answer of labels.sample.answers) {
      await page.getByRole("heading", { name: labels.sample.question }).waitFor();
      await tabTo(page, `document.activeElement.textContent === ${JSON.stringify(answer)}`, answer);
      await page.keyboard.press("Enter");
      await page.waitForURL(/#pair$/);
      await page.waitForLoadState();
    }
    await page.getByRole("heading", { name: labels.sample.done }).waitFor();
    await hold("a sample that is judged", "sample-done");
    const words = readFileSync(served.labelsFile, "utf8").trim().split("\n").slice(1).map((line) => line.split(",")[4]);
    outcome.hold("every judgement is on file", words.join() === "same,different,unsure", words.join());
  } finally {
    served.stop();
  }
}
