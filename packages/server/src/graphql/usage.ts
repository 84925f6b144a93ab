import { inOrganization } from '../engine/admit.ts'
import type { Counts, ReadUsage, UsageView } from '../engine/usage/read-usage.ts'
import { readUsageRequest } from '../engine/usage/usage-request.ts'
import { operation } from './apply-policies.ts'
import { withoutNulls } from './given-fields.ts'
import type { Builder } from './schema-builder.ts'
import type { SharedTypes } from './shared-types.ts'

/** What keys were used for. */
export function addUsage(builder: Builder, { environment }: SharedTypes, readUsage: ReadUsage): void {
  const bucket = builder.enumType('UsageBucketSize', { values: ['minute', 'hour', 'day'] as const })
  const usage = createUsage(builder)
  builder.queryField('usage', (t) =>
    t.field({
      type: usage,
      nullable: true,
      extensions: operation('getUsage'),
      args: {
        keyId: t.arg.id(),
        projectId: t.arg.id(),
        environment: t.arg({ type: environment }),
        from: t.arg({ type: 'DateTime' }),
        to: t.arg({ type: 'DateTime' }),
        bucket: t.arg({ type: bucket, description: 'day, where nothing is said.' }),
      },
      async resolve(_, args, { caller, check }) {
        const query = withoutNulls(args)
        check('getUsage', query)
        return readUsage(inOrganization(caller), readUsageRequest(query))
      },
    }),
  )
}

function createUsage(builder: Builder) {
  const refused = builder.objectRef<{ readonly reason: string; readonly count: number }>('RefusedCount').implement({
    fields: (t) => ({ reason: t.exposeString('reason'), count: t.expose('count', { type: 'Count' }) }),
  })
  const refusedOf = ({ refused: counts }: Counts) =>
    Object.entries(counts).map(([reason, count]) => ({ reason, count }))
  const totals = builder.objectRef<Counts>('UsageTotals').implement({
    fields: (t) => ({
      accepted: t.expose('accepted', { type: 'Count' }),
      refused: t.field({ type: [refused], resolve: refusedOf }),
    }),
  })
  const bucket = builder.objectRef<UsageView['data'][number]>('UsageBucket').implement({
    fields: (t) => ({
      at: t.expose('at', { type: 'DateTime' }),
      accepted: t.expose('accepted', { type: 'Count' }),
      refused: t.field({ type: [refused], resolve: refusedOf }),
    }),
  })
  return builder.objectRef<UsageView>('Usage').implement({
    fields: (t) => ({
      data: t.field({
        type: [bucket],
        description: 'Buckets in which nothing was asked are left out.',
        resolve: ({ data }) => [...data],
      }),
      totals: t.expose('totals', { type: totals }),
    }),
  })
}
