import type { Services } from './context.ts';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly value: number;
}

/** The worker's figures in Prometheus' text format; queue depths and job counts are the web server's to tell. */
export function metricsText({ inference }: Services): string {
  const metrics: Metric[] = [
    {
      name: 'maskloop_worker_images_per_minute',
      help: 'Pictures encoded or searched in the last minute',
      type: 'gauge',
      value: inference.imagesPerMinute,
    },
    {
      name: 'maskloop_worker_models_loaded',
      help: 'Models held in memory',
      type: 'gauge',
      value: inference.state.models.length,
    },
    {
      name: 'maskloop_worker_resident_bytes',
      help: 'Memory of the process that serves the queues',
      type: 'gauge',
      value: process.memoryUsage().rss,
    },
    {
      name: 'maskloop_worker_uptime_seconds',
      help: 'Time since the process started',
      type: 'counter',
      value: process.uptime(),
    },
  ];
  return metrics
    .map(
      ({ name, help, type, value }) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`,
    )
    .join('');
}
