// Starts the demo on a free port and waits for the line that says where it serves.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

// The longest that a population of a few hundred may take in a debug build on a busy machine.
const START_MS_MAX = 240_000;
const STDERR_LINES_MAX = 40;

export async function startDemo(binary, out) {
  const words = ["demo", "--people", "300", "--seed", "1", "--port", "0", "--json", "--out", out];
  const child = spawn(binary, words, { stdio: ["ignore", "pipe", "pipe"] });
  const told = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    told.push(line);
    if (told.length > STDERR_LINES_MAX) told.shift();
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  try {
    const { report, staff, line } = await whatItSays(child);
    return { urls: report.urls, staff, line, report, out, binary, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${told.join("\n")}`);
  }
}

// The line for programs, and what stands before it: the sign-in links of the staff by name, and the page about the line of
// the file in which one error was planted.
function whatItSays(child) {
  const staff = {};
  let planted;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the demo did not serve within ${START_MS_MAX} ms`)), START_MS_MAX);
    const settle = (end, value) => {
      clearTimeout(timer);
      end(value);
    };
    createInterface({ input: child.stdout }).on("line", (line) => {
      const member = /^ +as (.+), .+? +(http\S+)$/.exec(line);
      if (member) staff[member[1]] = member[2];
      planted = /follow it from (http\S+)/.exec(line)?.[1] ?? planted;
      if (line.startsWith('{"checks"')) settle(resolve, { report: JSON.parse(line), staff, line: planted });
    });
    child.once("error", (error) => settle(reject, new Error(`the demo cannot be started: ${error.message}`)));
    child.once("exit", (code) => settle(reject, new Error(`the demo ended with ${code} before it served`)));
  });
}
