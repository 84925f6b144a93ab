import { RefusedError, type GuardContext } from '@mintmark/sdk'
import { Router, type Request } from 'express'
import { readChange, readNew, readPage } from './assessment-input.ts'
import type { Assessment, AssessmentStore, Owner } from './assessment-store.ts'

export function createAssessmentRoutes(store: AssessmentStore): Router {
  const routes = Router()
  routes.get('/assessments', (request, response) => {
    const { environment: _, ...query } = request.query
    response.json(store.list(ownerOf(request), readPage(query)))
  })
  routes.post('/assessments', (request, response) => {
    response.status(201).json(store.add(ownerOf(request), readNew(request.body)))
  })
  routes.get('/assessments/:id', (request, response) => {
    response.json(there(store.find(ownerOf(request), request.params.id)))
  })
  routes.patch('/assessments/:id', (request, response) => {
    const owner = ownerOf(request)
    there(store.find(owner, request.params.id))
    response.json(there(store.change(owner, request.params.id, readChange(request.body))))
  })
  routes.delete('/assessments/:id', (request, response) => {
    if (!store.remove(ownerOf(request), request.params.id)) throw new RefusedError('not_found')
    response.status(204).end()
  })
  return routes
}

/** A key's own environment. A person works in both, and says `?environment=test` where he means the other. */
function ownerOf({ mintmark, query }: Request): Owner {
  const { organizationId, environment }: GuardContext = mintmark
  return { organizationId, environment: environment ?? (query['environment'] === 'test' ? 'test' : 'live') }
}

/** What is another organization's, or another environment's, was never there. */
function there(assessment: Assessment | null): Assessment {
  if (assessment === null) throw new RefusedError('not_found')
  return assessment
}
