import type { InputFault } from '../engine/refused.ts'
import { pointerParts, type ValidationFault } from './union-faults.ts'

/** @param context of what the schema is: `querystring`, or of a body */
export function faultsOf(faults: readonly ValidationFault[], context: string | undefined): readonly InputFault[] {
  const told = faults.filter((fault) => !isOfUnion(fault))
  return (told.length > 0 ? told : faults).map((fault) => faultOf(fault, context))
}

/** That none of several schemas fits, and that a value is not null where it might be: what is wrong is said beside it. */
function isOfUnion({ keyword, params }: ValidationFault): boolean {
  return keyword === 'anyOf' || (keyword === 'type' && params.type === 'null')
}

/** `/permissions/2` becomes `permissions[2]`; an unknown or missing field is named itself. */
function faultOf(fault: ValidationFault, context: string | undefined): InputFault {
  const parts = [...pointerParts(fault.instancePath)]
  const name = fault.params.additionalProperty ?? fault.params.missingProperty
  if (typeof name === 'string') parts.push(name)
  const path = parts.reduce((text, part) => joinPath(text, part), '')
  const isQuery = context === 'querystring'
  const where = path === '' ? (isQuery ? 'The query' : 'The body') : path
  if (fault.keyword === 'additionalProperties') {
    return { path, message: `There is no ${isQuery ? 'parameter' : 'field'} ${where} here.` }
  }
  return { path, message: `${where} ${sentenceOf(fault)}.` }
}

/** What a value must be, by the keyword that it does not fulfil. */
function sentenceOf({ keyword, params, message }: ValidationFault): string {
  const { type, limit, format, allowedValue, allowedValues, required } = params
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'anyOf':
      return Array.isArray(required) ? `must have ${required.map(joinNames).join(', or ')}` : 'is wrong'
    case 'type':
      return `must be ${typeNames.get(type) ?? String(type)}`
    case 'enum':
      return `must be one of: ${Array.isArray(allowedValues) ? allowedValues.join(', ') : ''}`
    case 'const':
      return `must be ${JSON.stringify(allowedValue)}`
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have at least ${String(limit)} characters`
    case 'maxLength':
      return `must have at most ${String(limit)} characters`
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `must have at least ${String(limit)} entries`
    case 'maxItems':
      return `must have at most ${String(limit)} entries`
    case 'minimum':
      return `must be at least ${String(limit)}`
    case 'maximum':
      return `must be at most ${String(limit)}`
    case 'format':
      return format === 'date-time'
        ? 'must be a time such as 2030-01-31T12:00:00Z'
        : `must be of format ${String(format)}`
    default:
      return message ?? 'is wrong'
  }
}

const typeNames: ReadonlyMap<unknown, string> = new Map([
  ['string', 'a string'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['object', 'an object'],
  ['array', 'a list'],
])

function joinNames(names: readonly string[]): string {
  return names.join(' and ')
}

function joinPath(path: string, part: string): string {
  if (/^[0-9]+$/.test(part)) return `${path}[${part}]`
  return path === '' ? part : `${path}.${part}`
}
