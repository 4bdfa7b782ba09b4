// Reads what vitest and pytest report. A test file that does not load has no tests, and is a failure all the same.

/** @typedef {{ passed: number, failed: number, notes: string[] }} Outcome */

/**
 * @param {any} report of vitest's json reporter; undefined when it wrote none
 * @param {number} exitCode
 * @returns {Outcome}
 */
export function readVitest(report, exitCode) {
  if (!report) return { passed: 0, failed: 1, notes: [`vitest wrote no report (exit ${exitCode})`] };
  /** @type {Outcome} */
  const outcome = { passed: report.numPassedTests, failed: report.numFailedTests, notes: [] };
  for (const file of report.testResults) {
    const hasFailedTest = file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed');
    if (file.status === 'failed' && !hasFailedTest) {
      outcome.failed++;
      outcome.notes.push(`${file.name} did not load: ${String(file.message).split('\n')[0]}`);
    }
    for (const test of file.assertionResults) {
      if (['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
        outcome.notes.push(`not run: ${test.fullName}`);
    }
  }
  if (report.testResults.length === 0) {
    outcome.failed++;
    outcome.notes.push('no test file was found');
  }
  // an error outside any test, such as an unhandled rejection
  if (exitCode !== 0 && outcome.failed === 0) {
    outcome.failed++;
    outcome.notes.push(`all tests passed, yet vitest ended with exit ${exitCode}: see its output`);
  }
  return outcome;
}

/**
 * @param {string | undefined} xml of pytest's --junitxml
 * @param {number} exitCode
 * @returns {Outcome}
 */
export function readPytest(xml, exitCode) {
  const suite = /<testsuite\b[^>]*>/.exec(xml ?? '')?.[0];
  if (!xml || !suite) return { passed: 0, failed: 1, notes: [`pytest wrote no report (exit ${exitCode})`] };
  const count = (/** @type {string} */ name) =>
    Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const [tests, failures, errors, skipped] = ['tests', 'failures', 'errors', 'skipped'].map(count);
  const failed = (failures ?? 0) + (errors ?? 0);
  /** @type {Outcome} */
  const outcome = { passed: Math.max(0, (tests ?? 0) - failed - (skipped ?? 0)), failed, notes: [] };
  for (const testCase of xml.split('<testcase').slice(1)) {
    const reason = /<skipped\b[^>]*?\bmessage="([^"]*)"/.exec(testCase)?.[1];
    if (reason !== undefined)
      outcome.notes.push(`not run: ${/\bname="([^"]*)"/.exec(testCase)?.[1]} (${reason})`);
  }
  if (exitCode !== 0 && failed === 0) {
    outcome.failed++;
    outcome.notes.push(`pytest ended with exit ${exitCode}: see its output`);
  }
  return outcome;
}
