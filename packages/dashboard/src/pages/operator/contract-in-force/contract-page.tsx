import { Code } from '@mantine/core'
import { ErrorState } from '../../../feedback/error-state.tsx'
import { PageLoader } from '../../../feedback/page-loader.tsx'
import { Page } from '../../../shell/page.tsx'
import { operatorText } from '../../../text/operator.ts'
import { useOperatorContract } from '../use-operator-contract.ts'

const text = operatorText.contract

export function ContractPage() {
  const { data, error, refetch } = useOperatorContract()
  return (
    <Page title={operatorText.pages.contract} description={text.description}>
      {data !== undefined && (
        <Code block role="region" aria-label={text.label} tabIndex={0} style={{ whiteSpace: 'pre-wrap' }}>
          {JSON.stringify(data, null, 2)}
        </Code>
      )}
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <PageLoader />}
    </Page>
  )
}
