import 'server-only';
import { agreements, type Db, type LabeledTwice } from '@maskloop/db';
import { type AgreementFigures, agreementFigures } from '@maskloop/domain';
import { sendCsv } from './send-csv.ts';

type Column = (image: LabeledTwice & AgreementFigures) => string | number | Date | null;

/** Column → value, in the order of the file. */
const COLUMNS: Readonly<Record<string, Column>> = {
  image: ({ name }) => name,
  image_id: ({ imageId }) => imageId,
  status: ({ status }) => status,
  first_by: ({ firstBy }) => firstBy?.name ?? null,
  second_by: ({ secondBy }) => secondBy?.name ?? null,
  first_masks: ({ sums }) => sums.first,
  second_masks: ({ sums }) => sums.second,
  matched: ({ sums }) => sums.matched,
  other_class: ({ relabelled }) => relabelled,
  agreement: ({ score }) => score,
  f1: ({ f1 }) => f1,
  mean_iou: ({ meanIou }) => meanIou,
  mean_boundary_f: ({ meanBoundaryF }) => meanBoundaryF,
  compared_at: ({ comparedAt }) => comparedAt,
};

/** DL5: the images of a project that were labeled twice as CSV, the lowest agreement first. */
export function sendAgreement(db: Db, projectId: string): Response {
  const columns = Object.values(COLUMNS);
  return sendCsv(
    'maskloop-agreement.csv',
    Object.keys(COLUMNS),
    agreements.streamList(db, projectId),
    (image) => {
      const row = { ...image, ...agreementFigures(image.sums) };
      return columns.map((read) => read(row));
    },
  );
}
