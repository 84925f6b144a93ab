/** A value that is there already where the authority is in this process, and a promise of it elsewhere. */
export type Ready<T> = T | Promise<T>

/** Goes on at once with a value that is there, so that an embedded verification costs no turn of the event loop. */
export function whenReady<T, R>(value: Ready<T>, next: (value: T) => Ready<R>): Ready<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
