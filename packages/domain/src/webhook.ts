import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = ['image.submitted', 'run.finished', 'dataset.frozen', 'export.ready'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Sent on a person's wish only, whatever the webhook is told of. */
export const WEBHOOK_TEST = 'webhook.test';

/** How secrets begin, as Standard Webhooks has it; what follows is base64. */
export const WEBHOOK_SECRET_PREFIX = 'whsec_';

export const WEBHOOK_DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type WebhookDeliveryState = (typeof WEBHOOK_DELIVERY_STATES)[number];

const WebhookUrl = z
  .url({ protocol: /^https?$/, message: 'must be an http or https address' })
  .max(LIMITS.webhookUrlLength, `must have at most ${LIMITS.webhookUrlLength} characters`)
  .refine((text) => {
    const match = /^https?:\/\/([^/?#]*)/i.exec(text);
    return match !== null && !match[1]?.includes('@');
  }, 'must have no user name or password: receivers check the signature');

/** What a lead gives to make a webhook. */
export const WebhookInput = z.object({
  url: WebhookUrl,
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .min(1, 'choose at least one event')
    .transform((events) => WEBHOOK_EVENTS.filter((event) => events.includes(event))),
});
export type WebhookInput = z.infer<typeof WebhookInput>;

/** What a lead gives to change one; fields left out stay. */
export const WebhookPatch = WebhookInput.partial().extend({ active: z.boolean().optional() });

/** The body of a delivery. Small on purpose: it says what happened, the API has the rest. */
export interface WebhookMessage {
  readonly type: WebhookEvent | typeof WEBHOOK_TEST;
  /** when it happened, ISO 8601 */
  readonly timestamp: string;
  /** ids and states; every event has `projectId` */
  readonly data: Readonly<Record<string, string | number | null>>;
}
