import { sql } from 'kysely'
import type { Expression, SqlBool } from 'kysely'

/**
 * Whether `column` has `text` in it, case-insensitively as far as the engine folds: it folds both sides, so that the very
 * spelling is always found. `%`, `_` and `\\` are themselves.
 */
export function contains(column: Expression<string | null>, text: string): Expression<SqlBool> {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  return sql<SqlBool>`lower(${column}) like lower(${pattern}) escape ${sql.lit('\\')}`
}
