import type { ImageStatus } from '@maskloop/domain';
import type { Outputs } from '@/client/trpc.tsx';

type Item = Outputs['me']['news']['items'][number];

/** Where a line of news leads. */
export function placeOf(item: Item): string {
  const project = `/projects/${item.project.id}`;
  switch (item.kind) {
    case 'accepted':
    case 'sent-back': {
      const status: ImageStatus = item.kind;
      return `${project}/images${item.images === 1 ? `/${item.image.id}` : `?status=${status}`}`;
    }
    case 'commented':
      return `${project}/images/${item.image.id}`;
    case 'run-done':
    case 'run-failed':
      return `${project}/runs/${item.run.id}`;
    case 'frozen':
    case 'exported':
      return `${project}/datasets/${item.version.id}`;
  }
}
