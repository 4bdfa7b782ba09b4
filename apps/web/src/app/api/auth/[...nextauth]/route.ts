import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { authOptions } from '@/server/auth.ts';

type Params = { params: Promise<{ nextauth: string[] }> };

const handler = (request: NextRequest, context: Params) => NextAuth(request, context, authOptions());

export { handler as GET, handler as POST };
