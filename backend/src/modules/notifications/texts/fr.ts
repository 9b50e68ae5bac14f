import type { Texts } from './en.ts'

export const fr: Texts = {
  owners: {
    key: 'clé d’API {subject}',
    key_model: 'clé d’API {subject}, modèle {model}',
    user: '{subject}',
    team: 'équipe {subject}',
    organization: 'l’organisation',
    platform: 'toute l’installation',
  },
  jobs: {
    'models.synchronize': 'Synchronisation avec LiteLLM',
    'backup.create': 'Sauvegarde',
    'backup.test': 'Test de restauration',
    'usage.recount': 'Recomptage de l’utilisation',
    'user.bulk-limits': 'Modification groupée des limites',
    'audit.verify': 'Vérification du journal d’audit',
    'subscriptions.follow-restriction': 'Mise à jour des abonnements selon la restriction d’un modèle',
    other: 'Tâche en arrière-plan',
  },
  mail: {
    look: 'Afficher',
    preferences: 'Vous choisissez dans vos préférences ce qui vous est envoyé par e-mail.',
  },
  sentences: {
    'subscription.waiting': [
      'Une demande attend une décision',
      '{person} demande l’accès au modèle {model}.',
    ],
    'subscription.approved': [
      'Votre demande est acceptée',
      'Vous pouvez maintenant utiliser le modèle {model}.',
    ],
    'subscription.denied': [
      'Votre demande est refusée',
      'L’accès au modèle {model} n’a pas été accordé. L’abonnement indique le motif ; vous pouvez y renouveler votre demande.',
    ],
    'subscription.suspended': [
      'Un abonnement est suspendu',
      'Vous ne pouvez pas utiliser le modèle {model} tant que l’abonnement n’est pas rétabli.',
    ],
    'subscription.resumed': [
      'Un abonnement est rétabli',
      'Vous pouvez de nouveau utiliser le modèle {model}.',
    ],
    'subscription.reverted': [
      'Une décision est annulée',
      'Votre abonnement au modèle {model} attend de nouveau une décision.',
    ],
    'subscription.removed': ['Un abonnement est retiré', 'Vous ne pouvez plus utiliser le modèle {model}.'],
    'subscription.expired': [
      'Un abonnement a pris fin',
      'Votre abonnement au modèle {model} était limité dans le temps et a pris fin.',
    ],
    'budget.reached': ['Un budget est consommé à {percent} %', 'Budget : {owner}.'],
    'budget.exhausted': [
      'Un budget est épuisé',
      'Budget : {owner}. Les appels sont refusés jusqu’à son renouvellement ou son augmentation.',
    ],
    'budget.soft': [
      'Un seuil d’alerte de budget est dépassé',
      'Budget : {owner}. Les appels restent autorisés.',
    ],
    'key.expiring': ['Une clé d’API expire bientôt', 'La clé {key} cessera de fonctionner le {expiresAt}.'],
    'key.lost': [
      'Une clé d’API doit être renouvelée',
      'LiteLLM a perdu la clé {key}. Renouvelez-la pour obtenir un nouveau secret.',
    ],
    'key.revoked': ['Une clé d’API est révoquée', 'Un administrateur a révoqué votre clé {key}.'],
    'model.unavailable': [
      'Un modèle n’est pas disponible',
      '{model} ne peut pas être appelé actuellement. Vos clés le conservent jusqu’à son retour.',
    ],
    'model.available': ['Un modèle est de nouveau disponible', '{model} peut de nouveau être appelé.'],
    'model.price-changed': ['Le prix d’un modèle a changé', 'Le tarif de {model} est désormais différent.'],
    'model.sync-failed': [
      'Un modèle n’a pas pu être transmis à LiteLLM',
      '{model} diffère entre cette plateforme et LiteLLM.',
    ],
    'job.succeeded': ['Une tâche est terminée', '{job} : terminé, le résultat est prêt.'],
    'job.failed': ['Une tâche a échoué', '{job} : cela n’a pas pu aboutir.'],
    'invitation.accepted': ['Une invitation est acceptée', '{person} a rejoint l’organisation.'],
    'team.joined': ['Vous faites partie d’une équipe', 'Vous avez été ajouté à l’équipe {team}.'],
    'member.updated': ['Votre place dans l’organisation a changé', 'Votre rôle est désormais {role}.'],
    'user.limits-changed': [
      'Vos limites ont changé',
      'Un administrateur a modifié les limites de l’ensemble de vos clés.',
    ],
    'webhook.disabled': [
      'Un webhook est désactivé',
      '{webhook} ne répond plus depuis des jours ou n’existe plus. Aucun événement ne lui est plus envoyé.',
    ],
    'ledger.difference': [
      'Le registre se contredit',
      'La vérification du registre a trouvé {differences} différence(s).',
    ],
    'usage.intake-dead': [
      'Un appel signalé n’a pas pu être comptabilisé',
      'Il a été mis de côté ; consultez la réception des usages.',
    ],
  },
}
