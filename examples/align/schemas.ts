import { Type, type TSchema } from 'typebox'

const text = Type.String({ minLength: 1, maxLength: 500 })
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const closed = { additionalProperties: false }

const ofProject = { id: Type.String(), projectId: Type.String(), createdAt: Type.String({ format: 'date-time' }) }

export const Entry = Type.Object({ ...ofProject, title: text })
export const NewEntry = Type.Object({ title: text }, closed)

export const TimeEntry = Type.Object({
  ...ofProject,
  minutes: Type.Integer(),
  note: Type.String(),
  status: Type.Enum(['submitted', 'approved', 'rejected']),
  locked: Type.Boolean(),
})
const minutes = Type.Integer({ minimum: 1, maximum: 24 * 60 })
const note = Type.String({ maxLength: 500 })
export const NewTimeEntry = Type.Object({ minutes, note: Type.Optional(note) }, closed)
export const TimeEntryChange = Type.Object({ minutes: Type.Optional(minutes), note: Type.Optional(note) }, closed)

export const IntegrationLink = Type.Object({ ...ofProject, url: text })
/** Somebody will click on it: no `javascript:`. */
const webAddress = Type.String({ format: 'uri', pattern: '^https?://', maxLength: 500 })
export const NewIntegrationLink = Type.Object({ url: webAddress }, closed)

export const listOf = <T extends TSchema>(schema: T) => Type.Object({ data: Type.Array(schema) })

/** The nine fields of a key, and no other: what is not named here is not sent. */
const KeyMe = Type.Object({
  apiKeyId: Type.String(),
  keyName: Type.String(),
  keyPrefix: Type.String(),
  organizationId: Type.String(),
  scope: Type.Enum(['organization', 'project']),
  scopedProjectId: nullable(Type.String()),
  permissions: nullable(Type.Array(Type.String())),
  createdByUserId: nullable(Type.String()),
  lastUsedAt: nullable(Type.String({ format: 'date-time' })),
})

const SessionMe = Type.Object({ userId: Type.String(), organizationId: Type.String(), role: Type.String() })
export const Me = Type.Union([KeyMe, SessionMe])

export const ProjectPath = Type.Object({ projectId: Type.String() })
export const IdPath = Type.Object({ id: Type.String() })
