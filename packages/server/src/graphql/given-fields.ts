type Optional<T> = { [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined> }
type Required<T> = { [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name] }

/** Fields without those that are undefined. */
export type GivenFields<T> = Optional<T> & Required<T>

type NullAsAbsent<T> = { [Name in keyof T]: null extends T[Name] ? Exclude<T[Name], null> | undefined : T[Name] }

/** An argument that was not given is no field of the input; one that was given as null is. */
export function givenFields<T extends object>(fields: T): GivenFields<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as GivenFields<T>
}

/** Where null means nothing of its own, it is as good as not given. */
export function withoutNulls<T extends object>(fields: T): GivenFields<NullAsAbsent<T>> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as GivenFields<NullAsAbsent<T>>
}
