import { describe, expect, test } from 'vitest'
import { ownerOfPrefix, ownPrefixes } from './foreign-prefixes.ts'
import { vendorContracts } from './testing/vendor-contracts.ts'

describe('prefixes of others are known, also as the beginning of longer ones', () => {
  test.each([
    [
      'Stripe (and Clerk)',
      ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'pk_live_', 'pk_test_', 'sk_prod_', 'sk_live'],
    ],
    ['GitHub', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_']],
    ['GitLab', ['glpat-', 'glrt-', 'gldt-', 'glcbt-', 'glptt-', 'gloas-', 'GR1348941']],
    ['Slack', ['xoxb-', 'xoxp-', 'xoxa-', 'xoxe-', 'xoxs-', 'xapp-']],
    ['AWS', ['AKIA', 'ASIA', 'ABIA', 'AROA', 'AKIA_']],
    ['Google', ['AIza', 'AIzaSy', 'GOCSPX-']],
    ['npm', ['npm_']],
    ['PyPI', ['pypi-']],
    ['Anthropic', ['sk-ant-', 'sk-ant-api03-']],
    ['OpenAI', ['sk-', 'sk-proj-', 'sk-or-v1-']],
    ['Twilio', ['SK', 'AC', 'SK0f']],
    ['Shopify', ['shpat_', 'shpca_', 'shppa_', 'shpss_']],
    ['DigitalOcean', ['dop_v1_', 'doo_v1_', 'dor_v1_']],
    ['Unkey', ['unkey_', 'unkey_live_']],
    ['Hugging Face', ['hf_']],
    ['Supabase', ['sbp_', 'sb_secret_']],
    ['Linear', ['lin_api_']],
    ['Lob and Mollie', ['live_', 'test_']],
    ['Mailgun', ['key-', 'pubkey-']],
  ])('%s', (owner, prefixes) => {
    expect(prefixes.map(ownerOfPrefix)).toEqual(prefixes.map(() => owner))
  })

  test.each(['mmo_', 'mms_', 'mmi_', 'mmo_live_', 'mmi_live_', 'mmo', 'mms', 'mmi', 'mm', 'whsec_'])(
    'ours: %s',
    (prefix) => {
      expect(ownerOfPrefix(prefix)).toMatch(/^Mintmark|^Standard Webhooks/)
    },
  )

  test.each(ownPrefixes)('every one that we mint: %s', (prefix) => {
    expect(ownerOfPrefix(prefix)).toMatch(/^Mintmark/)
  })
})

describe('prefixes that only look alike are free', () => {
  const vendorPrefixes = Object.values(vendorContracts).flatMap(({ keys }) => Object.values(keys.prefixes))
  test.each([
    ...vendorPrefixes,
    'mk_live_',
    'mk_test_',
    'ex_live_',
    'SKY_live_',
    'ACME_',
    'skate_',
    'api_live_',
    'key_live_',
    'live_ex_',
    'glow_',
    'mm_',
    'mmx_',
    'ghost_',
    'npmx_',
  ])('%s', (prefix) => {
    expect(ownerOfPrefix(prefix)).toBeNull()
  })
})
