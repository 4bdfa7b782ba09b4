import { expect, test } from 'vitest';
import { ResultReader, readRefusal } from './results.ts';

const LINES = [
  '{"name":"a.jpg","status":"added","imageId":"1"}',
  '{"name":"b.jpg","status":"duplicate","imageId":"2"}',
  '{"name":"가.txt","status":"refused","code":"IMAGE_UNREADABLE","message":"no picture"}',
];
const WHOLE = `${LINES.join('\n')}\n`;

test('results come out once, wherever the answer was cut', () => {
  for (let cut = 0; cut <= WHOLE.length; cut++) {
    const reader = new ResultReader();
    const results = [...reader.read(WHOLE.slice(0, cut)), ...reader.end(WHOLE)];
    expect(results.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg', '가.txt']);
  }
});

test('a last line without a line break counts, blank lines do not', () => {
  const reader = new ResultReader();
  expect(reader.read('\n\r\n')).toEqual([]);
  expect(reader.end(`\n\r\n${LINES[0]}`)).toHaveLength(1);
});

test('a cut-off or foreign line is shown as a refusal', () => {
  const reader = new ResultReader();
  const results = reader.end('{"name":"a.jpg","sta\n{"status":"perhaps"}\n<html>');
  expect(results).toHaveLength(3);
  for (const result of results) expect(result.status).toBe('refused');
});

test('the reason of a refused request is read from JSON and is missing from anything else', () => {
  expect(readRefusal('{"code":"STORAGE_FULL","message":"full"}')).toEqual({
    code: 'STORAGE_FULL',
    message: 'full',
  });
  expect(readRefusal('<html>502</html>')).toEqual({ code: null, message: null });
  expect(readRefusal('')).toEqual({ code: null, message: null });
});
