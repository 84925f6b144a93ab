import {
  listOf,
  partOf,
  pointer,
  type DocumentedOperation,
  type OpenApiDocument,
  type Part,
} from '../../packages/server/src/testing/openapi-document.ts'
import { referenceBreaches, schemaBreaches } from './openapi-schema-rules.ts'

/** The fields that OpenAPI 3.1 section 4.8 gives the objects that we write. Others would say nothing to anybody. */
const fields = {
  document: ['openapi', 'info', 'servers', 'tags', 'paths', 'components'],
  operation: ['operationId', 'summary', 'description', 'tags', 'security', 'parameters', 'requestBody', 'responses'],
  parameter: ['name', 'in', 'required', 'description', 'schema', 'example'],
  requestBody: ['required', 'description', 'content'],
  response: ['description', 'headers', 'content'],
  header: ['description', 'required', 'schema'],
  mediaType: ['schema', 'example', 'examples'],
  components: ['schemas', 'responses', 'headers', 'securitySchemes'],
} as const

/** Their own parts of HTTP: OpenAPI ignores them as parameters or headers (sections 4.8.12.1 and 4.8.17.1). */
const ignoredNames = new Set(['accept', 'content-type', 'authorization'])
const withoutRequestBody = new Set(['get', 'head', 'delete', 'trace'])

/** Every breach of OpenAPI 3.1 in a document, and of what good documents keep to. */
export function openApiBreaches(document: OpenApiDocument): readonly string[] {
  const { root, operations } = document
  return [
    ...unknownFields('#', root, 'document'),
    ...(/^3\.1\.\d+$/.test(String(root['openapi'])) ? [] : ['#/openapi: is not 3.1']),
    ...repeated(operations.map(({ operationId }) => operationId)).map((id) => `operationId ${id} is there twice`),
    ...repeated(pathShapes(root)).map((path) => `two paths look like ${path}`),
    ...operations.flatMap((operation) => operationBreaches(document, operation)),
    ...componentBreaches(document),
    ...referenceBreaches(document),
    ...schemaBreaches(document),
  ]
}

function operationBreaches(document: OpenApiDocument, { path, method, part }: DocumentedOperation): readonly string[] {
  const at = pointer('paths', path, method)
  const tags = new Set(listOf(document.root['tags']).map((tag) => partOf(tag)['name']))
  const schemes = Object.keys(partOf(partOf(document.root['components'])['securitySchemes']))
  const asked = listOf(part['security']).flatMap((requirement) => Object.keys(partOf(requirement)))
  const responses = Object.entries(partOf(part['responses']))
  return [
    ...unknownFields(at, part, 'operation'),
    ...missing(at, part, ['operationId', 'summary', 'description', 'tags', 'security', 'responses']),
    ...listOf(part['tags'])
      .filter((tag) => !tags.has(tag))
      .map((tag) => `${at}: the tag ${String(tag)} is not explained`),
    ...asked.filter((name) => !schemes.includes(name)).map((name) => `${at}: there is no security scheme ${name}`),
    ...(responses.some(([status]) => status.startsWith('2')) ? [] : [`${at}: never succeeds`]),
    ...responses.flatMap(([status, response]) => [
      ...(/^[1-5]\d\d$/.test(status) ? [] : [`${at}: ${status} is no status`]),
      ...responseBreaches(`${at}/responses/${status}`, partOf(response)),
    ]),
    ...parameterBreaches(at, path, listOf(part['parameters']).map(partOf)),
    ...bodyBreaches(at, method, part['requestBody']),
  ]
}

function parameterBreaches(at: string, path: string, parameters: readonly Part[]): readonly string[] {
  const inPath = parameters.filter((parameter) => parameter['in'] === 'path').map((parameter) => parameter['name'])
  const inTemplate = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  return [
    ...(inPath.join() === inTemplate.join() ? [] : [`${at}: parameters ${inPath.join()}, path ${inTemplate.join()}`]),
    ...repeated(parameters.map((parameter) => `${String(parameter['in'])} ${String(parameter['name'])}`)).map(
      (name) => `${at}: ${name} twice`,
    ),
    ...parameters.flatMap((parameter) => [
      ...unknownFields(at, parameter, 'parameter'),
      ...missing(`${at} ${String(parameter['name'])}`, parameter, ['name', 'in', 'description', 'schema']),
      ...(parameter['in'] === 'path' && parameter['required'] !== true
        ? [`${at}: ${String(parameter['name'])} not required`]
        : []),
      ...ignored(at, parameter['in'] === 'header' ? [String(parameter['name'])] : []),
    ]),
  ]
}

function bodyBreaches(at: string, method: string, body: unknown): readonly string[] {
  if (body === undefined) return []
  const part = partOf(body)
  return [
    ...unknownFields(`${at}/requestBody`, part, 'requestBody'),
    ...missing(`${at}/requestBody`, part, ['content', 'required']),
    ...(withoutRequestBody.has(method) ? [`${at}: a ${method} with a body`] : []),
    ...contentBreaches(`${at}/requestBody`, part),
  ]
}

function responseBreaches(at: string, response: Part): readonly string[] {
  if ('$ref' in response) return []
  const headers = Object.entries(partOf(response['headers']))
  return [
    ...unknownFields(at, response, 'response'),
    ...missing(at, response, ['description', 'headers']),
    ...ignored(
      at,
      headers.map(([name]) => name),
    ),
    ...headers.flatMap(([name, header]) => headerBreaches(`${at}/headers/${name}`, partOf(header))),
    ...contentBreaches(at, response),
  ]
}

function headerBreaches(at: string, header: Part): readonly string[] {
  return '$ref' in header
    ? []
    : [...unknownFields(at, header, 'header'), ...missing(at, header, ['description', 'schema'])]
}

function contentBreaches(at: string, part: Part): readonly string[] {
  return Object.entries(partOf(part['content'])).flatMap(([type, media]) => [
    ...unknownFields(`${at} ${type}`, partOf(media), 'mediaType'),
    ...missing(`${at} ${type}`, partOf(media), ['schema']),
  ])
}

function componentBreaches({ root }: OpenApiDocument): readonly string[] {
  const components = partOf(root['components'])
  const named = Object.entries(components).flatMap(([kind, all]) =>
    Object.keys(partOf(all)).map((name) => [kind, name] as const),
  )
  return [
    ...unknownFields('#/components', components, 'components'),
    ...named
      .filter(([, name]) => !/^[A-Za-z0-9._-]+$/.test(name))
      .map(([, name]) => `${name} is no name of a component`),
    ...Object.entries(partOf(components['responses'])).flatMap(([name, response]) =>
      responseBreaches(`#/components/responses/${name}`, partOf(response)),
    ),
    ...Object.entries(partOf(components['headers'])).flatMap(([name, header]) =>
      headerBreaches(`#/components/headers/${name}`, partOf(header)),
    ),
  ]
}

/** `/v1/things/{}`: what no two paths may have alike (section 4.8.8.1). */
function pathShapes(root: Part): readonly string[] {
  return Object.keys(partOf(root['paths'])).map((path) => path.replaceAll(/\{\w+\}/g, '{}'))
}

function unknownFields(at: string, part: Part, kind: keyof typeof fields): readonly string[] {
  const known: readonly string[] = fields[kind]
  return Object.keys(part)
    .filter((name) => !known.includes(name))
    .map((name) => `${at}: ${name} is no field of a ${kind}`)
}

function missing(at: string, part: Part, names: readonly string[]): readonly string[] {
  return names.filter((name) => part[name] === undefined || part[name] === '').map((name) => `${at}: has no ${name}`)
}

function ignored(at: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => ignoredNames.has(name.toLowerCase())).map((name) => `${at}: ${name} would be ignored`)
}

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, index) => names.indexOf(name) !== index)
}
