//! Words of columns in which an office notes something of its own: it tells nobody from anybody, and changes while the person stays.
//!
//! English, Spanish, Portuguese, French, German. Accents are folded away before.

use std::collections::BTreeSet;

/// Share of the different values of a column called `state` that must be states of a file before it is taken for what an office notes.
const FILE_STATES_SHARE_MIN: f64 = 0.5;

/// Words of days on which something happened in an office, or to a record: nobody's birth.
const EVENTS: &str = "updated update created modified changed inserted loaded admission admitted discharge issued issue expiry expires \
    expiration death died deceased marriage married visit filed filing hearing registered registration entry entered arrival arrived \
    departure departed order decision due event timestamp \
    alta baja ingreso egreso registro inscripcion defuncion muerte fallecimiento matrimonio audiencia expedicion emision vencimiento \
    caducidad llegada salida entrada actualizacion creacion visita resolucion \
    admissao obito casamento cadastro emissao validade chegada saida atualizacao criacao decisao \
    deces mariage arrivee depart entree sortie delivrance inscription creation echeance \
    todestag sterbedatum heirat einreise ausreise aufnahme entlassung eintritt austritt anmeldung abmeldung ausstellung ablauf anlage \
    anderung";

/// Words of what an office notes about a record or a case, and of the office itself.
const OF_THE_OFFICE: &str = "status group stage batch version type category level rank outcome result comment comments note notes \
    remark remarks officer clerk queue row office agency bureau register registry database dataset ward department dept \
    situacion estatus oficina expediente observacion observaciones comentario comentarios nota notas tipo categoria grupo nivel etapa \
    fase lote resultado funcionario agencia registro tramite prioridad \
    situacao reparticao cartorio processo observacao observacoes funcionario estagio \
    statut situation dossier remarque remarques observation observations commentaire commentaires categorie groupe niveau etape lot \
    agence guichet resultat \
    amt behorde dienststelle aktenzeichen akte vermerk bemerkung bemerkungen anmerkung notiz notizen gruppe stufe kategorie ergebnis \
    sachbearbeiter sachbearbeiterin sachgebiet abteilung";

/// Words of the number under which an office keeps the file of a person: a number, where the values are.
const FILE_NUMBERS: &str = "expediente processo dossier aktenzeichen akte";

/// Words of the state of a file that are those of a state of a country too: the values decide.
const STATES: &str = "state estado etat estat";

/// What a file can be.
const FILE_STATES: &str = "active inactive open opened closed pending approved denied granted rejected archived new done completed \
    suspended cancelled expired valid invalid \
    activo activa inactivo inactiva abierto abierta cerrado cerrada pendiente aprobado aprobada rechazado rechazada denegado concedido \
    archivado archivada vigente vencido vencida suspendido cancelado concluido resuelto baja alta nuevo \
    ativo ativa inativo inativa aberto aberta fechado fechada pendente aprovado rejeitado arquivado vencido suspenso concluido novo \
    actif active inactif ouvert ferme clos cloture valide refuse rejete archive suspendu annule nouveau \
    aktiv inaktiv offen geschlossen erledigt bewilligt abgelehnt neu";

fn has_any(words: &[String], list: &str) -> bool {
    list.split_whitespace().any(|known| words.iter().any(|word| word == known))
}

/// Whether a column's name says that it holds what an office notes; a `state` does by its different values, folded.
pub(crate) fn is_of_the_office(words: &[String], values: &BTreeSet<String>) -> bool {
    let are_of_files = || {
        let n_of_files =
            values.iter().filter(|value| FILE_STATES.split_whitespace().any(|state| state == *value)).count();
        n_of_files as f64 >= FILE_STATES_SHARE_MIN * values.len() as f64
    };
    // The civil state changes while the person stays, too.
    let is_state =
        has_any(words, STATES) && (has_any(words, "civil") || !values.is_empty() && are_of_files());
    is_called_of_the_office(words) || is_state
}

/// Whether a column's name alone says that it holds what an office notes.
pub(crate) fn is_called_of_the_office(words: &[String]) -> bool {
    has_any(words, OF_THE_OFFICE)
}

/// Whether a column's name says that it may hold the number of a person's file.
pub(crate) fn is_file_number(words: &[String]) -> bool {
    has_any(words, FILE_NUMBERS) && !has_any(words, STATES)
}

/// Whether a column's name says that its days are of something that happened.
pub(crate) fn is_event(words: &[String]) -> bool {
    has_any(words, EVENTS)
}
