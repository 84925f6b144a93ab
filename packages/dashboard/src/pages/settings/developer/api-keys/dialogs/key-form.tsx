import { Alert, Radio, SegmentedControl, Select, Stack, Text, Textarea, TextInput, Input } from '@mantine/core'
import type { Contract, Project } from '@mintmark/sdk'
import { apiKeysText, createKeyText as text } from '../../../../../text/api-keys.ts'
import { useSession } from '../../../../../session/session-context.ts'
import type { Scope } from '../mintable-scopes.ts'
import { expiriesOf, permissionGroups, type ExpiryPreset, type NewKey } from './new-key.ts'
import { PermissionPicker } from './permission-picker.tsx'
import { monospaceInput } from '../../../../../theme/monospace.ts'

type KeyFormProps = {
  readonly contract: Contract
  readonly scopes: readonly Scope[]
  readonly projects: readonly Project[]
  readonly value: NewKey
  readonly onChange: (change: Partial<NewKey>) => void
}

export function KeyForm({ contract, scopes, projects, value, onChange }: KeyFormProps) {
  const { standing } = useSession()
  return (
    <Stack>
      <TextInput
        label={text.name}
        description={text.nameHelp}
        value={value.name}
        onChange={({ currentTarget }) => onChange({ name: currentTarget.value })}
        maxLength={100}
        required
        autoComplete="off"
        data-autofocus
      />
      <ScopeFields scopes={scopes} projects={projects} value={value} onChange={onChange} />
      {contract.keys.prefixes.test !== null && (
        <Input.Wrapper label={text.environment} labelElement="div">
          <SegmentedControl
            aria-label={text.environment}
            value={value.environment}
            onChange={(environment) => onChange({ environment })}
            data={[
              { value: 'live' as const, label: apiKeysText.environment.live },
              { value: 'test' as const, label: apiKeysText.environment.test },
            ]}
            fullWidth
          />
        </Input.Wrapper>
      )}
      <PermissionPicker
        groups={permissionGroups(contract, standing)}
        value={value.permissions}
        onChange={(permissions) => onChange({ permissions })}
      />
      <ExpiryFields presets={expiriesOf(contract)} value={value} onChange={onChange} />
      <Textarea
        label={text.addresses}
        description={text.addressesHelp}
        value={value.addresses}
        onChange={({ currentTarget }) => onChange({ addresses: currentTarget.value })}
        rows={3}
        styles={monospaceInput}
        spellCheck={false}
      />
    </Stack>
  )
}

type PartProps = Pick<KeyFormProps, 'value' | 'onChange'>

function ScopeFields({ scopes, projects, value, onChange }: PartProps & Pick<KeyFormProps, 'scopes' | 'projects'>) {
  return (
    <>
      <Radio.Group
        label={text.scope}
        value={value.scope}
        onChange={(scope) => onChange({ scope: scopes.find((one) => one === scope) ?? value.scope })}
      >
        <Stack gap="xs" mt={4}>
          {scopes.map((scope) => (
            <Radio key={scope} value={scope} label={apiKeysText.scope[scope]} description={text.scopeHelp[scope]} />
          ))}
        </Stack>
      </Radio.Group>
      {value.scope === 'project' && projects.length === 0 && <Alert color="gray">{text.noProjects}</Alert>}
      {value.scope === 'project' && projects.length > 0 && (
        <Select
          label={text.project}
          placeholder={text.chooseProject}
          data={projects.map(({ id, name }) => ({ value: id, label: name }))}
          value={value.projectId}
          onChange={(projectId) => onChange({ projectId })}
          searchable={projects.length > 10}
          required
        />
      )}
    </>
  )
}

function ExpiryFields({ presets, value, onChange }: PartProps & { readonly presets: readonly ExpiryPreset[] }) {
  return (
    <>
      <Select
        label={text.expiry}
        data={presets.map((preset) => ({ value: preset, label: text.expiries[preset] }))}
        value={value.expiry}
        allowDeselect={false}
        onChange={(expiry) => onChange({ expiry: presets.find((preset) => preset === expiry) ?? value.expiry })}
      />
      {value.expiry === 'at' && (
        <TextInput
          type="date"
          label={text.expiresAt}
          value={value.expiresOn}
          onChange={({ currentTarget }) => onChange({ expiresOn: currentTarget.value })}
          required
        />
      )}
      {value.expiry === 'never' && (
        <Text size="sm" c="dimmed">
          {text.neverWarning}
        </Text>
      )}
    </>
  )
}
