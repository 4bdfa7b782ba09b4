export {
  type Backend,
  backendOf,
  type OnError,
  type Opened,
  openQueue,
  openWorker,
  type QueueEnv,
} from './connection.ts';
export { createDispatcher, type Dispatcher, dispatch, dispatchAfter, getDispatcher } from './dispatch.ts';
export { endSubject } from './end-subject.ts';
export {
  createEventHub,
  type Envelope,
  type EventHub,
  getEvents,
  publish,
  type Subscription,
  subscribe,
} from './events.ts';
export { type RequestOptions, requestJob, requestJobs } from './request.ts';
export { type Swept, sweep } from './sweep.ts';
export {
  type Handlers,
  HEARTBEAT_MS,
  isJobName,
  JOBS,
  type JobName,
  type Outcome,
  type Payload,
  parsePayload,
  QUEUE_NAMES,
  QUEUES,
  type QueueName,
  RUN_WINDOW,
  SWEEP,
} from './table.ts';
export { requestDelivery, tellWebhooks } from './webhooks.ts';
