// What the pages call their things: the only place that knows their words. Everything is found by role and
// accessible name, as a person with a screen reader finds it.
export const labels = {
  desk: {
    heading: /findings that wait/i,
    queue: "ol.queue a",
  },
  finding: {
    sources: /what the sources say/i,
    stands: /^where this stands/i,
    digest: /^[0-9a-f]{64}$/,
    path: /^\/desk\/finding\/\d+$/,
    outcome: /the record is wrong/i,
    reason: /^reason$/i,
    decide: /^decide$/i,
  },
  person: {
    heading: /what the offices have written about you/i,
    wrongLink: /this is wrong/i,
    whoLooked: /^who looked$/i,
    receiptLink: /^receipt( \d+)?$/i,
  },
  wrong: {
    heading: /say what is wrong/i,
    questions: [/what is wrong with it/i, /what would be right/i, /which papers/i, /how can you be reached/i],
    send: /^send$/i,
  },
  request: {
    heading: /correction request/i,
    history: /what was done/i,
    granted: /granted/i,
    corrected: /corrected value/i,
    determine: /^determine$/i,
    right: /you were right/i,
  },
  receipt: { proves: /what it proves/i, download: /download the receipt/i, command: "Command", entry: /see the public entry/i },
  entry: { heading: /of the public log/i, under: /the newest checkpoint holds it/i },
  public: { heading: /records about people should be right/i, refuses: /what it refuses/i },
  checkpoint: { path: "/log/checkpoint", form: /^[^\n]+\n\d+\n[A-Za-z0-9+/=]{44}\n\n(— \S+ \S+\n)+$/ },
};
