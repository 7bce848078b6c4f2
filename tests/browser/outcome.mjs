// Counts what holds and what does not, and says both.
export class Outcome {
  passed = 0;
  failures = [];

  // One thing that must hold.
  hold(what, holds, detail = "") {
    if (holds) {
      this.passed += 1;
    } else {
      this.failures.push(what);
      console.log(`FAIL ${what}${detail ? `: ${detail}` : ""}`);
    }
    return holds;
  }

  // A walk of several steps: what it throws is one failure, and the next walk goes on.
  async walk(name, steps) {
    const before = this.failures.length;
    try {
      await steps();
      this.passed += 1;
    } catch (error) {
      this.hold(name, false, error.message.split("\n").slice(0, 4).join(" "));
    }
    console.log(`${this.failures.length === before ? "ok  " : "FAIL"} ${name}`);
  }

  close() {
    console.log(`${this.passed} passed, ${this.failures.length} failed`);
    return this.failures.length === 0 && this.passed > 0 ? 0 : 1;
  }
}
