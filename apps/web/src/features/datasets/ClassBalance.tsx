'use client';

import { Button, Text } from '@mantine/core';
import { type DatasetCounts, SPLITS } from '@maskloop/domain';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import classes from './ClassBalance.module.css';
import { SPLIT_COLOURS } from './SplitBar.tsx';

/** Rows shown before somebody asks for all. */
const FEW = 8;

/** Masks of each class, largest first: one bar each, divided by split. The splits' colours are the split bar's. */
export function ClassBalance({
  counts,
  classNames,
}: {
  readonly counts: DatasetCounts;
  readonly classNames: ReadonlyMap<string, string>;
}) {
  const t = useTranslations('datasets');
  const format = useFormatter();
  const [all, setAll] = useState(false);
  const rows = counts.classes.map((each) => ({ ...each, total: each.train + each.val + each.test }));
  const most = rows[0]?.total ?? 0;
  if (most === 0) return null;
  const shown = all ? rows : rows.slice(0, FEW);
  return (
    <div>
      <Text size="sm" fw={600} mb={6} id="class-balance">
        {t('balance')}
      </Text>
      <dl className={classes.rows} aria-labelledby="class-balance">
        {shown.map((row) => (
          <div key={row.classId} className={classes.row}>
            <Text component="dt" size="sm" truncate>
              {row.classId === null ? t('noClassAtAll') : (classNames.get(row.classId) ?? t('deletedClass'))}
            </Text>
            <dd className={classes.value}>
              <span
                className={classes.bar}
                role="img"
                aria-label={t('balanceOf', { train: row.train, val: row.val, test: row.test })}
              >
                {SPLITS.map((split) => (
                  <span
                    key={split}
                    style={{ width: `${(100 * row[split]) / most}%`, background: SPLIT_COLOURS[split] }}
                  />
                ))}
              </span>
              <Text span size="sm" className="ml-tabular">
                {format.number(row.total)}
              </Text>
            </dd>
          </div>
        ))}
      </dl>
      {rows.length > FEW && (
        <Button variant="subtle" size="compact-xs" mt={4} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? t('fewerClasses') : t('allClasses', { count: rows.length })}
        </Button>
      )}
    </div>
  );
}
