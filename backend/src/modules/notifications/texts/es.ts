import type { Texts } from './en.ts'

export const es: Texts = {
  owners: {
    key: 'clave de API {subject}',
    key_model: 'clave de API {subject}, modelo {model}',
    user: '{subject}',
    team: 'equipo {subject}',
    organization: 'la organización',
    platform: 'toda la instalación',
  },
  jobs: {
    'models.synchronize': 'Sincronización con LiteLLM',
    'backup.create': 'Copia de seguridad',
    'backup.test': 'Prueba de restauración',
    'usage.recount': 'Recuento del uso',
    'user.bulk-limits': 'Cambio de límites para varias personas',
    'audit.verify': 'Verificación del registro de auditoría',
    'subscriptions.follow-restriction': 'Ajuste de suscripciones a la restricción de un modelo',
    other: 'Tarea en segundo plano',
  },
  mail: {
    look: 'Ver',
    preferences: 'En sus preferencias decide qué se le comunica por correo electrónico.',
  },
  sentences: {
    'subscription.waiting': [
      'Una solicitud espera una decisión',
      '{person} solicita acceso al modelo {model}.',
    ],
    'subscription.approved': ['Su solicitud ha sido aprobada', 'Ya puede utilizar el modelo {model}.'],
    'subscription.denied': [
      'Su solicitud ha sido denegada',
      'No se ha concedido el acceso al modelo {model}. La suscripción indica el motivo y permite solicitarlo de nuevo.',
    ],
    'subscription.suspended': [
      'Se ha suspendido una suscripción',
      'No puede utilizar el modelo {model} hasta que se reanude la suscripción.',
    ],
    'subscription.resumed': ['Se ha reanudado una suscripción', 'Puede volver a utilizar el modelo {model}.'],
    'subscription.reverted': [
      'Se ha revocado una decisión',
      'Su suscripción al modelo {model} vuelve a esperar una decisión.',
    ],
    'subscription.removed': ['Se ha retirado una suscripción', 'Ya no puede utilizar el modelo {model}.'],
    'subscription.expired': [
      'Una suscripción ha terminado',
      'Su suscripción al modelo {model} era temporal y ha terminado.',
    ],
    'budget.reached': ['Se ha gastado el {percent} % de un presupuesto', 'Presupuesto: {owner}.'],
    'budget.exhausted': [
      'Un presupuesto está agotado',
      'Presupuesto: {owner}. Las llamadas se rechazan hasta que se renueve o se aumente.',
    ],
    'budget.soft': [
      'Se ha superado el umbral de aviso de un presupuesto',
      'Presupuesto: {owner}. Las llamadas se siguen atendiendo.',
    ],
    'key.expiring': ['Una clave de API caduca pronto', 'La clave {key} dejará de funcionar el {expiresAt}.'],
    'key.lost': [
      'Hay que renovar una clave de API',
      'LiteLLM ha perdido la clave {key}. Renuévela para obtener un nuevo secreto.',
    ],
    'key.revoked': ['Se ha revocado una clave de API', 'Un administrador ha revocado su clave {key}.'],
    'model.unavailable': [
      'Un modelo no está disponible',
      'No se puede llamar a {model} por ahora. Sus claves lo conservan hasta que vuelva.',
    ],
    'model.available': ['Un modelo vuelve a estar disponible', 'Ya se puede llamar de nuevo a {model}.'],
    'model.price-changed': [
      'El precio de un modelo ha cambiado',
      '{model} tiene un precio distinto a partir de ahora.',
    ],
    'model.sync-failed': [
      'No se pudo enviar un modelo a LiteLLM',
      '{model} difiere entre esta plataforma y LiteLLM.',
    ],
    'job.succeeded': ['Un trabajo ha terminado', '{job}: ha terminado y el resultado está listo.'],
    'job.failed': ['Un trabajo ha fallado', '{job}: no se ha podido completar.'],
    'invitation.accepted': ['Se ha aceptado una invitación', '{person} se ha unido a la organización.'],
    'team.joined': ['Forma parte de un equipo', 'Se le ha añadido al equipo {team}.'],
    'member.updated': ['Su lugar en la organización ha cambiado', 'Su rol es ahora {role}.'],
    'user.limits-changed': [
      'Sus límites han cambiado',
      'Un administrador ha fijado otros límites para el conjunto de sus claves.',
    ],
    'webhook.disabled': [
      'Se ha desactivado un webhook',
      '{webhook} lleva días sin responder o ya no existe. No se le envían más eventos.',
    ],
    'ledger.difference': [
      'El registro se contradice',
      'La comprobación del registro ha encontrado {differences} diferencia(s).',
    ],
    'usage.intake-dead': [
      'No se pudo contabilizar una llamada notificada',
      'Se ha apartado; consulte la entrada de uso.',
    ],
  },
}
