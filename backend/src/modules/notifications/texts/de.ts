import type { Texts } from './en.ts'

export const de: Texts = {
  owners: {
    key: 'API-Schlüssel {subject}',
    key_model: 'API-Schlüssel {subject}, Modell {model}',
    user: '{subject}',
    team: 'Team {subject}',
    organization: 'die Organisation',
    platform: 'die ganze Installation',
  },
  jobs: {
    'models.synchronize': 'Abgleich mit LiteLLM',
    'backup.create': 'Sicherung',
    'backup.test': 'Probewiederherstellung',
    'usage.recount': 'Nachzählung der Nutzung',
    'user.bulk-limits': 'Änderung der Limits vieler Personen',
    'audit.verify': 'Prüfung des Audit-Protokolls',
    'subscriptions.follow-restriction': 'Anpassung der Abonnements an die Beschränkung eines Modells',
    other: 'Hintergrundaufgabe',
  },
  mail: {
    look: 'Ansehen',
    preferences: 'Worüber Sie per E-Mail benachrichtigt werden, bestimmen Sie in Ihren Einstellungen.',
  },
  sentences: {
    'subscription.waiting': [
      'Ein Antrag wartet auf eine Entscheidung',
      '{person} bittet um Zugang zum Modell {model}.',
    ],
    'subscription.approved': ['Ihr Antrag wurde genehmigt', 'Sie können das Modell {model} jetzt benutzen.'],
    'subscription.denied': [
      'Ihr Antrag wurde abgelehnt',
      'Der Zugang zum Modell {model} wurde nicht gewährt. Die Begründung steht beim Abonnement; dort können Sie ihn erneut beantragen.',
    ],
    'subscription.suspended': [
      'Ein Abonnement wurde ausgesetzt',
      'Sie können das Modell {model} nicht benutzen, bis das Abonnement wieder aufgenommen wird.',
    ],
    'subscription.resumed': [
      'Ein Abonnement wurde wieder aufgenommen',
      'Sie können das Modell {model} wieder benutzen.',
    ],
    'subscription.reverted': [
      'Eine Entscheidung wurde zurückgenommen',
      'Ihr Abonnement des Modells {model} wartet wieder auf eine Entscheidung.',
    ],
    'subscription.removed': [
      'Ein Abonnement wurde entzogen',
      'Sie können das Modell {model} nicht mehr benutzen.',
    ],
    'subscription.expired': [
      'Ein Abonnement ist abgelaufen',
      'Ihr Abonnement des Modells {model} war befristet und ist zu Ende.',
    ],
    'budget.reached': ['{percent} % eines Budgets sind verbraucht', 'Budget: {owner}.'],
    'budget.exhausted': [
      'Ein Budget ist verbraucht',
      'Budget: {owner}. Aufrufe werden abgelehnt, bis es neu beginnt oder erhöht wird.',
    ],
    'budget.soft': [
      'Die Warnschwelle eines Budgets ist erreicht',
      'Budget: {owner}. Aufrufe werden weiter beantwortet.',
    ],
    'key.expiring': ['Ein API-Schlüssel läuft bald ab', 'Der Schlüssel {key} gilt nur noch bis {expiresAt}.'],
    'key.lost': [
      'Ein API-Schlüssel muss erneuert werden',
      'LiteLLM hat den Schlüssel {key} verloren. Erneuern Sie ihn, um ein neues Geheimnis zu erhalten.',
    ],
    'key.revoked': [
      'Ein API-Schlüssel wurde widerrufen',
      'Ihr Schlüssel {key} wurde von der Administration widerrufen.',
    ],
    'model.unavailable': [
      'Ein Modell ist nicht verfügbar',
      '{model} kann zurzeit nicht aufgerufen werden. Ihre Schlüssel behalten es, bis es wiederkommt.',
    ],
    'model.available': ['Ein Modell ist wieder verfügbar', '{model} kann wieder aufgerufen werden.'],
    'model.price-changed': [
      'Der Preis eines Modells hat sich geändert',
      '{model} hat ab jetzt einen anderen Preis.',
    ],
    'model.sync-failed': [
      'Ein Modell konnte nicht an LiteLLM übertragen werden',
      '{model} ist hier anders als bei LiteLLM.',
    ],
    'job.succeeded': ['Ein Auftrag ist fertig', '{job}: beendet; das Ergebnis liegt bereit.'],
    'job.failed': ['Ein Auftrag ist fehlgeschlagen', '{job}: konnte nicht abgeschlossen werden.'],
    'invitation.accepted': ['Eine Einladung wurde angenommen', '{person} gehört jetzt zur Organisation.'],
    'team.joined': ['Sie gehören zu einem Team', 'Sie wurden in das Team {team} aufgenommen.'],
    'member.updated': ['Ihre Stellung in der Organisation hat sich geändert', 'Ihre Rolle ist jetzt {role}.'],
    'user.limits-changed': [
      'Ihre Grenzen haben sich geändert',
      'Für alle Ihre Schlüssel zusammen gelten jetzt andere Grenzen.',
    ],
    'webhook.disabled': [
      'Ein Webhook wurde abgeschaltet',
      '{webhook} antwortet seit Tagen nicht oder ist fort. Ereignisse werden nicht mehr dorthin gesendet.',
    ],
    'ledger.difference': [
      'Die Buchführung widerspricht sich',
      'Die Prüfung der Buchführung hat {differences} Abweichung(en) gefunden.',
    ],
    'usage.intake-dead': [
      'Ein gemeldeter Aufruf konnte nicht gebucht werden',
      'Er wurde beiseitegelegt; sehen Sie im Eingang der Nutzung nach.',
    ],
  },
}
