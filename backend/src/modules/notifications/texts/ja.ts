import type { Texts } from './en.ts'

export const ja: Texts = {
  owners: {
    key: 'API キー {subject}',
    key_model: 'API キー {subject}（モデル {model}）',
    user: '{subject}',
    team: 'チーム {subject}',
    organization: '組織',
    platform: 'インストール全体',
  },
  jobs: {
    'models.synchronize': 'LiteLLM との同期',
    'backup.create': 'バックアップ',
    'backup.test': 'リストアのテスト',
    'usage.recount': '利用量の再集計',
    'user.bulk-limits': '上限の一括変更',
    'audit.verify': '監査ログの検証',
    'subscriptions.follow-restriction': 'モデルの制限に合わせたサブスクリプションの更新',
    other: 'バックグラウンド処理',
  },
  mail: {
    look: '表示する',
    preferences: 'メールで受け取る通知は設定で選べます。',
  },
  sentences: {
    'subscription.waiting': [
      '承認待ちの申請があります',
      '{person} さんがモデル {model} の利用を申請しました。',
    ],
    'subscription.approved': ['申請が承認されました', 'モデル {model} を利用できるようになりました。'],
    'subscription.denied': [
      '申請が却下されました',
      'モデル {model} の利用は承認されませんでした。理由はサブスクリプションで確認でき、そこから再申請できます。',
    ],
    'subscription.suspended': [
      'サブスクリプションが停止されました',
      '再開されるまでモデル {model} は利用できません。',
    ],
    'subscription.resumed': ['サブスクリプションが再開されました', 'モデル {model} を再び利用できます。'],
    'subscription.reverted': [
      '決定が取り消されました',
      'モデル {model} のサブスクリプションは再び承認待ちです。',
    ],
    'subscription.removed': [
      'サブスクリプションが取り消されました',
      'モデル {model} は利用できなくなりました。',
    ],
    'subscription.expired': [
      'サブスクリプションが終了しました',
      'モデル {model} の期限付きサブスクリプションが終了しました。',
    ],
    'budget.reached': ['予算の {percent} % を使用しました', '対象：{owner}'],
    'budget.exhausted': [
      '予算を使い切りました',
      '対象：{owner}。更新または増額されるまで呼び出しは拒否されます。',
    ],
    'budget.soft': ['予算の警告しきい値に達しました', '対象：{owner}。呼び出しは引き続き可能です。'],
    'key.expiring': [
      'API キーの有効期限が近づいています',
      'キー {key} は {expiresAt} に使用できなくなります。',
    ],
    'key.lost': [
      'API キーのローテーションが必要です',
      'LiteLLM がキー {key} を失いました。ローテーションして新しいシークレットを取得してください。',
    ],
    'key.revoked': ['API キーが失効しました', '管理者があなたのキー {key} を失効させました。'],
    'model.unavailable': [
      'モデルが利用できません',
      '{model} は現在呼び出せません。復旧までキーの設定は保持されます。',
    ],
    'model.available': ['モデルが再び利用可能になりました', '{model} を再び呼び出せます。'],
    'model.price-changed': ['モデルの価格が変更されました', '{model} の料金が変わりました。'],
    'model.sync-failed': [
      'モデルを LiteLLM に送信できませんでした',
      '{model} の内容が LiteLLM と一致していません。',
    ],
    'job.succeeded': ['ジョブが完了しました', '「{job}」が完了し、結果を確認できます。'],
    'job.failed': ['ジョブが失敗しました', '「{job}」を完了できませんでした。'],
    'invitation.accepted': ['招待が承諾されました', '{person} さんが組織に参加しました。'],
    'team.joined': ['チームに追加されました', 'チーム {team} に追加されました。'],
    'member.updated': ['組織での役割が変更されました', '現在の役割は {role} です。'],
    'user.limits-changed': ['上限が変更されました', '管理者が、お使いのキー全体の上限を変更しました。'],
    'webhook.disabled': [
      'Webhook が無効になりました',
      '{webhook} が数日間応答しないか、廃止されています。イベントは送信されません。',
    ],
    'ledger.difference': ['台帳に不整合があります', '台帳の検査で {differences} 件の差異が見つかりました。'],
    'usage.intake-dead': [
      '報告された呼び出しを記録できませんでした',
      '保留されています。使用量の受信状況を確認してください。',
    ],
  },
}
