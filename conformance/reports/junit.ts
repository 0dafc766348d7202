/** The report that CI servers read: JUnit XML, one test case for each case. */
import type { CaseResult, Result } from "../result.ts";

/** @returns the result as JUnit XML. What is not proved is never reported as passed: only a known failure is skipped. */
export function renderJunit(result: Result): string {
  const failures = result.cases.filter((one) => outcomeOf(one) === "failure").length;
  const errors = result.cases.filter((one) => outcomeOf(one) === "error").length;
  const skipped = result.cases.filter((one) => outcomeOf(one) === "skipped").length;
  const attributes = [
    `name="tidings ${xml(result.subject.name)}"`,
    `tests="${result.cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`,
    `time="${result.durationMs / 1_000}" timestamp="${xml(result.startedAt)}"`,
  ].join(" ");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites>`,
    `  <testsuite ${attributes}>`,
    ...result.cases.map(renderTestCase),
    `  </testsuite>`,
    `</testsuites>`,
    "",
  ].join("\n");
}

function renderTestCase(one: CaseResult): string {
  const head = `    <testcase classname="${xml(one.profile)}" name="${xml(`${one.id}: ${one.title}`)}" time="${one.durationMs / 1_000}">`;
  const properties = one.covers.map((id) => `        <property name="rule" value="${xml(id)}"/>`);
  const body = ["      <properties>", ...properties, "      </properties>"];
  const outcome = outcomeOf(one);
  const message = xml(one.message ?? one.status);
  if (outcome === "skipped") body.push(`      <skipped message="${message}"/>`);
  if (outcome === "failure" || outcome === "error") {
    const details = [
      one.judged && `rule: ${one.judged}`,
      one.expected && `expected: ${one.expected}`,
      one.actual && `got: ${one.actual}`,
    ];
    const text = xml(details.filter(Boolean).join("\n"));
    body.push(`      <${outcome} type="${xml(one.status)}" message="${message}">${text}</${outcome}>`);
  }
  if (one.status === "warn") body.push(`      <system-out>warning: ${message}</system-out>`);
  return [head, ...body, "    </testcase>"].join("\n");
}

function outcomeOf({ status }: CaseResult): "passed" | "failure" | "error" | "skipped" {
  if (status === "fail" || status === "untestable" || status === "xpass") return "failure";
  if (status === "harness-error" || status === "inconclusive") return "error";
  if (status === "xfail" || status === "not-applicable") return "skipped";
  return "passed";
}

function xml(text: string): string {
  return (
    text
      .toWellFormed()
      // XML 1.0 has no way to write these.
      .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("\n", "&#10;")
  );
}
