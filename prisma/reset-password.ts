// Prints a link with which a person sets a new password. Whoever can run this can read the database anyway.
import { createHash, randomBytes } from 'node:crypto';
import { createDb, invitations, users } from '@maskloop/db';

const HOURS = 24;

const email = process.argv[2];
const url = process.env.DATABASE_URL;
if (!email || !url) {
  process.stderr.write(
    url
      ? 'usage: npm run reset-password -- <e-mail>\n'
      : 'Maskloop does not run from this clone: start it first, or set DATABASE_URL\n',
  );
  process.exit(2);
}
const db = createDb(url, { connections: 1 });
try {
  const user = await users.byEmail(db, email);
  if (!user) {
    process.stderr.write(`nobody has an account with ${email}\n`);
    process.exitCode = 1;
  } else {
    const secret = randomBytes(32).toString('base64url');
    await invitations.create(db, {
      userId: user.id,
      tokenHash: createHash('sha256').update(secret).digest('hex'),
      ttlMs: HOURS * 3_600_000,
    });
    process.stdout.write(
      `${process.env.NEXTAUTH_URL ?? ''}/invitation/${secret}\nworks once, for ${HOURS} hours\n`,
    );
  }
} finally {
  await db.$disconnect();
}
