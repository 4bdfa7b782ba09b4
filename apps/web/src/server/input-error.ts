import type { ZodError } from 'zod';

/**
 * One line for a person: the field, what it must be and what it was, at most three fields.
 * @example describeInputError(error) === 'name: Too long: expected string to have <=120 characters'
 */
export function describeInputError(error: ZodError): string {
  const lines = error.issues.slice(0, 3).map((issue) => {
    const field = issue.path.join('.') || 'input';
    return `${field}: ${issue.message}`;
  });
  const more = error.issues.length - lines.length;
  return more > 0 ? `${lines.join('; ')}; and ${more} more` : lines.join('; ');
}
