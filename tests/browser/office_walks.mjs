// The ways that need several people and time: a closing, a refusal with its appeal, a finding that could worsen somebody's
// position. They come last, because they move the demo's clock.
import { labels } from "./labels.mjs";
import { holdPage } from "./page.mjs";

const REASON = "The other records agree, and the paper that the office keeps agrees with them.";
const { office } = labels;

const button = (page, name) => page.getByRole("button", { name });
const hold = (visit, place, name) => holdPage(visit.outcome, visit.page, place, { ...visit, name, withAxe: true });

// A member of the staff takes the desk over, by the link that the demo prints; the desk's own link is that of the first.
async function signIn({ page, demo, urls }, name) {
  await page.goto(name ? demo.staff[name] : urls.desk);
}

async function say(page, name) {
  await page.getByRole("textbox", { name }).fill(REASON);
}

// Moves the simulated clock past a period of thirty days.
async function letTimePass({ page, urls }) {
  await page.goto(new URL("/desk", urls.desk).href);
  await button(page, office.monthOn).click();
}

// The person of a page opens the own record in the same browser, by the demo's link.
async function openAsPerson(visit, finding) {
  const { page, urls } = visit;
  await page.goto(new URL(finding, urls.desk).href);
  const link = page.getByRole("link", { name: office.asPerson });
  if (await link.count()) await link.click();
}

// The first finding of a check that waits.
async function firstOf({ page, urls }, check) {
  await page.goto(new URL(`/desk?check=${check}`, urls.desk).href);
  await page.locator(labels.desk.queue).first().click();
  return new URL(page.url()).pathname;
}

// Proposed by one, approved by another, told to the person, carried out after thirty days, and undone.
export async function closeAfterDeparture(visit) {
  const { outcome, page, urls } = visit;
  await signIn(visit);
  const finding = await firstOf(visit, "DP-01");
  await button(page, office.propose).click();
  const closing = new URL(page.url()).pathname;
  await hold(visit, "a proposed closing", "closing-proposed");
  outcome.hold("who proposes a closing does not approve it", (await button(page, office.approve).count()) === 0);
  await signIn(visit, office.second);
  await page.goto(new URL(closing, urls.desk).href);
  await page.getByRole("radio", { name: office.posture }).check();
  await say(page, /^reason$/i);
  await hold(visit, "a closing to be approved", "closing-approve");
  await button(page, office.approve).click();
  await hold(visit, "an approved closing", "closing-approved");
  await page.getByRole("radio", { name: office.way }).check();
  await button(page, office.noticed).click();
  await openAsPerson(visit, finding);
  await page.goto(new URL(closing.replace("/desk", "/me"), urls.desk).href);
  outcome.hold("the person can object", (await button(page, office.object).count()) === 1);
  await hold(visit, "a closing as the person sees it", "closing-person");
  await letTimePass(visit);
  await page.goto(new URL(closing, urls.desk).href);
  await button(page, office.end).click();
  await hold(visit, "a closing that was carried out", "closing-closed");
  await page.goto(new URL(finding, urls.desk).href);
  outcome.hold("a closing settles its finding", (await button(page, labels.finding.decide).count()) === 0);
  await page.goto(new URL(closing, urls.desk).href);
  await say(page, office.whyUndone);
  await button(page, office.undo).click();
  await hold(visit, "a closing that was undone", "closing-undone");
}

// A notice that went wrong while its hearing lies ahead: the person reads what can be told to the court, and so does whoever
// is given the packet.
export async function readBeforeHearing(visit) {
  const { outcome, page, urls } = visit;
  await signIn(visit);
  await openAsPerson(visit, await firstOf(visit, "NT-01"));
  await page.goto(new URL("/me", urls.desk).href);
  outcome.hold("the person reads what can be done before the hearing", (await page.getByText(labels.person.beforeHearing).count()) > 0);
  await hold(visit, "a person's page with a hearing ahead", "before-hearing-person");
  await page.getByRole("link", { name: labels.person.packetLink }).click();
  await page.getByRole("heading", { name: labels.packet.heading }).waitFor();
  outcome.hold("the packet says it too", (await page.getByText(labels.packet.beforeHearing).count()) > 0);
  await hold(visit, "a packet with a hearing ahead", "before-hearing-packet");
}

// Refused by a reviewer, appealed by the person, granted by somebody who had no part in the refusal.
export async function appealRefusal(visit) {
  const { outcome, page, urls } = visit;
  await signIn(visit);
  await openAsPerson(visit, await firstOf(visit, "ID-03"));
  await page.goto(new URL("/me", urls.desk).href);
  await page.getByRole("link", { name: labels.person.wrongLink }).first().click();
  await page.getByRole("textbox", { name: labels.wrong.questions[0] }).fill("My number is another one.");
  await button(page, labels.wrong.send).click();
  const own = new URL(page.url()).pathname;
  const atDesk = new URL(own.replace("/me", "/desk"), urls.desk).href;
  await page.goto(atDesk);
  await page.getByRole("radio", { name: office.refused }).check();
  await say(page, /^reason$/i);
  await button(page, labels.request.determine).click();
  await page.goto(new URL(own, urls.desk).href);
  await hold(visit, "a refused request as the person sees it", "refused");
  await page.getByRole("textbox", { name: office.appeal }).fill("The card of 2019 shows the other number.");
  await button(page, office.appeal).click();
  await page.goto(atDesk);
  outcome.hold("who refused does not decide the appeal", (await button(page, labels.request.determine).count()) === 0);
  await signIn(visit, office.appealOfficer);
  await page.goto(atDesk);
  await hold(visit, "an appeal to be decided", "appeal");
  await page.getByRole("radio", { name: labels.request.granted }).check();
  await page.getByRole("textbox", { name: labels.request.corrected }).fill("200000019");
  await say(page, /^reason$/i);
  await button(page, labels.request.determine).click();
  await page.goto(new URL(own, urls.desk).href);
  outcome.hold("the person reads that the appeal was right", (await page.getByText(labels.request.right).count()) === 1);
  await hold(visit, "a granted appeal as the person sees it", "appeal-granted");
}

// Found wrong, borne out by another source, told to the person, signed by a second reviewer after thirty days.
export async function passTheGate(visit) {
  const { outcome, page, urls } = visit;
  await signIn(visit);
  const finding = await firstOf(visit, "ID-03");
  await page.getByRole("radio", { name: labels.finding.outcome }).check();
  await say(page, labels.finding.reason);
  await button(page, labels.finding.decide).click();
  await hold(visit, "a finding that waits for another source", "gate-verify");
  await page.getByRole("radio").first().check();
  await say(page, office.saw);
  await button(page, office.borneOut).click();
  await hold(visit, "a finding of which the person is to be told", "gate-notice");
  await page.getByRole("radio", { name: office.way }).check();
  await button(page, office.noticed).click();
  await hold(visit, "a finding that waits for the person's answer", "gate-noticed");
  outcome.hold("nobody signs before the person's time is over", (await button(page, office.sign).count()) === 0);
  await letTimePass(visit);
  await page.goto(new URL(finding, urls.desk).href);
  outcome.hold("who decided does not sign", (await button(page, office.sign).count()) === 0);
  await signIn(visit, office.second);
  await page.goto(new URL(finding, urls.desk).href);
  await say(page, office.whyItHolds);
  await button(page, office.sign).click();
  outcome.hold("it may leave once a second reviewer has signed", (await page.getByText(office.mayLeave).count()) === 1);
  await hold(visit, "a finding that may leave", "gate-signed");
}
