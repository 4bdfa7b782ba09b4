import { expect, test } from 'vitest';
import { WebhookInput } from './webhook.ts';

const events = ['export.ready', 'image.submitted', 'export.ready'];

test('WH1 events are kept once each and in one order', () => {
  expect(WebhookInput.parse({ url: 'https://ci.example.org/hook?x=1', events }).events).toEqual([
    'image.submitted',
    'export.ready',
  ]);
});

test.each([
  ['ftp://example.org/', 'http or https'],
  ['https://user:secret@example.org/', 'no user name'],
  ['not an address', 'http or https'],
  [`https://example.org/${'a'.repeat(3000)}`, '2000'],
])('WH3 %.40s is refused', (url, why) => {
  const result = WebhookInput.safeParse({ url, events });
  expect(result.error?.issues.map(({ message }) => message).join()).toContain(why);
});
