/** Somebody else holds this database, and sharing it would break a promise. The message says who and what to do. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse'
}
