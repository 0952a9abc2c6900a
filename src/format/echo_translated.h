// What PostgreSQL says in front of values that it repeats where lc_messages is not English, from its own translations
// (src/backend/po). Keys need no words: (nachname)=(Schmidt) tells itself.
#pragma once

#include <array>
#include <string_view>

namespace piiscrub {

/// In lower case, as the scan searches them and find_echoes() reads them. What a lead ends in tells what follows: a row
/// behind a bracket, the value behind a colon, else the name of a type, a colon and the value.
inline constexpr auto kTranslatedLeads = std::to_array<std::string_view>({
    // German
    "zeile enthält (",
    "eingabesyntax für typ ",
    "eingabewert für enum ",
    "außerhalb des gültigen bereichs: ",
    "fehlerhafte arraykonstante: ",
    "fehlerhafte record-konstante: ",
    // French
    "ligne en échec contient (",
    "entrée invalide pour le ",
    "en dehors des limites : ",
    "littéral mal formé : ",
    "enregistrement littéral invalide : ",
    // Spanish
    "fila que falla contiene (",
    "entrada no es válida para ",
    "fuera de rango: ",
    "array mal formado: ",
    "record mal formado: ",
    // Italian
    "riga in errore contiene (",
    "input non valida per il tipo ",
    "la sintassi per l'enumerazione ",
    "fuori dall'intervallo consentito: ",
    "definito in modo corretto: ",
    // Swedish
    "rad innehåller (",
    "indatasyntax för typ ",
    "indata-värde för enum ",
    "utanför giltigt område: ",
    // Russian
    "строка содержит (",
    "синтаксис для типа ",
    "значение для перечисления ",
    "вне диапазона: ",
    "литерал массива: ",
    // Ukrainian
    "рядок містить (",
    "синтаксис для типу ",
    "значення для переліку ",
    "поза діапазоном: ",
    // Japanese
    "失敗した行は(",
    "型の入力構文が不正です: ",
    "の不正な入力構文: ",
    "日付時刻のフィールドが範囲外です: ",
    // Korean
    "실패한 자료: (",
    "자료형 대한 잘못된 입력: ",
    "열거형의 입력 값이 잘못됨: ",
    "범위를 벗어남: ",
    // Chinese
    "行包含(",
    "无效的类型 ",
    "的输入值无效: ",
    "时间值超出范围: ",
    // Georgian
    "მწკრივი \"(",
    "სინტაქსი ტიპისთვის ",
});

}  // namespace piiscrub
