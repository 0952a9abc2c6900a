// What forms say of a field that is empty or has a wrong value, in the languages that Django, Django REST framework and
// WTForms come translated to: their messages without placeholders, from their own translations. One on each line.
#pragma once

#include <string_view>

namespace piiscrub {

inline constexpr std::string_view kTranslatedComplaints = R"complaints(
A data não é válida.
Acest câmp este obligatoriu.
Acest câmp nu poate fi gol.
Acest câmp nu poate fi nul.
Adj meg egy számot.
Adjon meg egy egész számot.
Adjon meg egy érvényes URL-t!
Adjon meg egy érvényes URL-t.
Adjon meg egy érvényes dátumot.
Adjon meg egy érvényes dátumot/időt.
Adjon meg egy érvényes e-mail címet!
Adjon meg egy érvényes értéket.
Adresse électronique non valide.
Adreça d'e-mail no vàlida.
Ange en giltig URL.
Ange en giltig mejladress.
Angiv en gyldig e-mailadresse.
Aquest camp no pot estar en blanc.
Aquest camp no pot ser nul.
Aquest camp és obligatori.
Bidang ini harus diisi.
Bidang ini tidak boleh diisi dengan "null".
Bidang ini tidak boleh kosong.
Bir sayı girin.
Bitin san giriziň.
Bitte ein gültiges Datum eingeben.
Bitte ein gültiges Datum und Uhrzeit eingeben.
Bitte eine Zahl eingeben.
Bitte eine ganze Zahl eingeben.
Bitte eine gültige Adresse eingeben.
Bitte einen gültigen Wert eingeben.
Bitte gültige E-Mail-Adresse eingeben.
Bu alan boş bırakılmamalı.
Bu alan boş olamaz.
Bu alan zorunlu.
Bu alan zorunludur.
Bu maydon bo‘sh bo‘lishi mumkin emas.
Bu maydon bo‘shliq belgisidan iborat bo'lishi mumkin emas.
Bu meýdan boş bolup bilmez.
Bu meýdan null bilmez.
Bu meýdança hökman gerekli.
Bu sahə ağ qala bilməz.
Bu sahə boş ola bilməz.
Bu sahə boş qala bilməz.
Bu sahə null ola bilməz.
Bu sahə tələb edilir.
Bu sahə vacibdir.
Butun raqamni kiriting.
Campo obbligatorio.
Campo obrigatório.
Ce champ est obligatoire.
Ce champ est requis.
Ce champ ne peut pas contenir la valeur nulle.
Ce champ ne peut pas être vide.
Ce champ ne peut être nul.
Ce champ ne peut être vide.
Chan fhaod an raon seo a bhith bàn.
Chan fhaod an raon seo a bhith ’na neoni.
Chybná hodnota.
Cuir a-steach URL dligheach.
Cuir a-steach ceann-là dligheach.
Cuir a-steach ceann-là ’s àm dligheach.
Cuir a-steach luach dligheach.
Cuir a-steach seòladh puist-d dligheach.
Cuir a-steach àireamh shlàn.
Cuir a-steach àireamh.
Cyfeiriad e-bost annilys
Derīgs skaitlis ir prasīts.
Det här fältet får inte vara blankt.
Det här fältet får inte vara null.
Det här fältet är obligatoriskt.
Detta fält får inte vara null.
Detta fält får inte vara tomt.
Detta fält måste fyllas i.
Dette felt er påkrævet.
Dette felt kan ikke være null.
Dette felt kan ikke være tomt.
Dette felt må ikke være null.
Dette felt må ikke være tomt.
Dette feltet er påkrevd.
Dette feltet må ikke være blankt.
Dette feltet må ikke være tomt.
Dieses Feld darf nicht leer sein.
Dieses Feld darf nicht null sein.
Dieses Feld ist erforderlich.
Dieses Feld ist zwingend erforderlich.
Dieses Feld wird benötigt.
Dit fjild is fereaske.
Dit fjild kin net leech wêze.
Dit veld is vereist.
Dit veld is verplicht.
Dit veld kan niet leeg zijn
Dit veld mag niet leeg zijn.
Dié veld is verpligtend.
Dogry URL giriziň.
Dogry baha giriziň.
Dogry e-poçta salgysyny giriziň.
Dogry senäni giriziň.
Dogry senäni/wagty giriziň.
Düzgün URL daxil edin.
Düzgün e-poçt ünvanı daxil edin.
Düzgün qiymət daxil edin.
Düzgün tarix daxil edin.
Düzgün tarix/vaxt daxil edin.
Ebe a enweghị ike ịbụ ihe efu.
Ebe a enweghị ike ịbụ ohere efu.
Ebe a kwesiri ekwesi.
Een geldig getal is vereist.
Een geldig nummer is vereist.
Egy érvényes egész szám megadása szükséges.
Egy érvényes szám megadása szükséges.
Ei ole kelvollinen päivämäärä-arvo
Eine gültige Ganzzahl ist erforderlich.
Eine gültige Zahl ist erforderlich.
Email inválido.
En gyldig heltall er nødvendig.
Enigu nombron.
Enigu plenan nombron.
Enigu validan adreson.
Enigu validan daton.
Enigu validan daton/tempon.
Enigu validan retpoŝtan adreson.
Enigu validan valoron.
Ennek a mezőnek a megadása kötelező.
Entrar um URL válido.
Epäkelpo arvo.
Eremu hau beharrezkoa da.
Eremu hau ezin daiteke hutsa izan (null).
Eremu honek ezin du hutsik egon.
Es requereix un nombre enter vàlid.
Es requereix un nombre vàlid.
Este campo es obligatorio.
Este campo es requerido.
Este campo no puede estar en blanco.
Este campo no puede estar vacío.
Este campo no puede ser nulo.
Este campo non pode estar baleiro.
Este campo non pode ser nulo.
Este campo não pode estar vazio.
Este campo não pode ser em branco.
Este campo não pode ser nulo.
Este campo não pode ser vazio.
Este campo é obrigatório.
Este necesar un număr valid.
Este necesar un întreg valid.
Esti campu nun pue ser nulu.
Esti campu nun pue tar baleru.
Et gyldig nummer er nødvendig.
Et gyldigt heltal er påkrævet.
Et gyldigt tal er påkrævet.
Ett giltigt heltal krävs.
Ett giltigt nummer krävs.
Ez a mező kötelező.
Ez a mező nem lehet null értékű.
Ez a mező nem lehet nulla.
Ez a mező nem lehet üres.
Felaktig epost-adress.
Feltet er påkravd.
Feltet er påkrevet.
Feltet kan ikke være blankt.
Feltet kan ikke være tomt.
Feltet kan ikkje vere tomt.
Field ini tidak boleh kosong.
Field ini tidak boleh null.
Fyll i en giltig URL.
Fyll i en giltig e-postadress.
Fyll i ett giltigt datum.
Fyll i ett giltigt datum/tid.
Fyll i ett giltigt värde.
Fyll i ett heltal.
Fyll i ett tal.
Gee 'n geldige waarde.
Gee ’n geldige URL.
Gee ’n geldige e-posadres.
Gee ’n getal.
Geçerli bir URL girin.
Geçerli bir değer girin.
Geçerli bir e-posta adresi girin.
Geçerli bir numara gerekiyor.
Geçerli bir tam sayı girin.
Geçerli bir tarih değil
Geçerli bir tarih girin.
Geçerli bir tarih/saat girin.
Geçersiz değer.
Geçersiz e-posta adresi.
Gib eine gültige E-Mail Adresse an.
Gib eine gültige URL ein.
Gwerth dyddiad annilys
Gëff en validen Wärt an.
Gëff eng valid URL an.
Gëff eng valid e-mail Adress an.
Hierdie veld kan nie leeg wees nie.
Hierdie veld kan nie nil wees nie.
Ica feldo esas obligata.
Ica feldo ne povas esar nula.
Ica feldo ne povas esar vakua.
Idatzi baleko URL bat.
Idatzi baleko balio bat.
Idatzi baleko data bat.
Idatzi baleko data/ordu bat.
Idatzi baleko helbide elektroniko bat.
Idatzi zenbaki bat.
Idatzi zenbaki oso bat.
Ievadi derīgu URL.
Ievadi derīgu e-pasta adresi.
Ievadiet korektu URL adresi.
Ievadiet korektu datumu.
Ievadiet korektu datumu/laiku.
Ievadiet korektu e-pasta adresi
Ievadiet korektu vērtību.
Ievadiet skaitli.
Ievadiet veselu skaitli.
Ikke en gyldig datoverdi
Il campo non può essere nullo.
Indirizzo e-mail non valido.
Indtast en gyldig URL.
Indtast en gyldig dato.
Indtast en gyldig e-mail-adresse.
Indtast en gyldig værdi.
Indtast et heltal.
Indtast et tal.
Indtast gyldig dato/tid.
Informe um endereço de email válido.
Informe um número inteiro.
Informe um número.
Informe um valor válido.
Informe uma URL válida.
Informe uma data válida.
Informe uma data/hora válida.
Ingiza URL halali.
Ingiza anuani halali ya barua pepe
Ingiza namba
Ingiza namba kamili
Ingiza tarehe halali
Ingiza tarehe/muda halali
Ingiza thamani halali
Ingrese un número entero.
Ingrese un número.
Ingrese un valor válido.
Ingrese una URL válida.
Ingrese una dirección de correo electrónico válida.
Ingrese una fecha válida.
Ingrese una fecha/hora válida.
Inserisci un URL valido
Inserisci un URL valido.
Inserisci un indirizzo email valido.
Inserisci un numero intero.
Inserisci un numero.
Inserisci un valore valido.
Inserisci una data valida.
Inserisci una data/ora valida.
Insira um endereço de email válido.
Insira un URL válido.
Insira un enderezo de correo electrónico válido.
Insira un número enteiro.
Insira un número.
Insira un valor válido.
Insira unha data válida.
Insira unha data/hora válida.
Inte ett giltigt datum
Introduceţi un număr întreg.
Introduceţi un număr.
Introduceți o adresă de email validă.
Introduceți o dată validă.
Introduceți o dată/oră validă.
Introduceți o valoare validă.
Introduceți un URL valid.
Introdueix una adreça de correu electrònic vàlida
Introdueixi una URL vàlida.
Introdueixi una adreça de correu vàlida.
Introduz un númberu completu
Introduz un númberu.
Introduz un valor válidu.
Introduz una URL válida.
Introduz una data válida.
Introduz una data/hora válida.
Introduz una direición de corréu válida.
Introduza um URL válido.
Introduza um endereço de e-mail válido.
Introduza um número inteiro.
Introduza um número.
Introduza um valor válido.
Introduza uma data válida.
Introduza uma data/hora válida.
Introduzca un número completo.
Introduzca un número entero válido.
Introduzca un número entero.
Introduzca un número.
Introduzca un valor de fecha/hora válido.
Introduzca un valor válido.
Introduzca una URL válida.
Introduzca una dirección de correo electrónico válida.
Introduzca una dirección de email válida.
Introduzca una fecha válida.
Introduzca una fecha/hora válida.
Introduzca una hora y fecha válida.
Introduïu un número enter.
Introduïu un número.
Introduïu un valor vàlid.
Introduïu una URL vàlida.
Introduïu una data vàlida.
Introduïu una data/hora vàlides.
Iontráil URL bailí.
Iontráil dáta bailí.
Iontráil dáta/am bailí.
Iontráil luach bailí
Iontráil slánuimhir.
Iontráil uimhir.
Iste campo es obligatori.
Iste campo non pote esser nulle.
Iste campo non pote esser vacue.
Je vyžadované celé číslo.
Je vyžadované číslo.
Je vyžadováno celé číslo.
Je vyžadováno číslo.
Jepni një URL të vlefshme.
Jepni një adresë email të vlefshme.
Jepni një datë të vlefshme.
Jepni një datë/kohë të vlefshme.
Jepni një numër të tërë.
Jepni një numër.
Jepni një vlerë të vlefshme.
Jou in falide URL.
Jou in falide datum.
Jou in falide datum.tiid.
Jou in falide wearde.
Jou in folslein nûmer.
Jou in nûmer.
Kein gültiges Datum
Kein gültiges Datum.
Kelvollinen luku vaaditaan.
Keçərli URL daxil edin.
Keçərli e-poçt ünvanı daxil edin.
Keçərli rəqəm tələb edilir.
Keçərli tam ədəd tələb edilir.
Kjo fushë s’mund të jetë e paplotësuar.
Kjo fushë s’mund të përmbajë shenja null.
Kjo fushë është e domosdoshme.
Kohustuslik väli.
Lauką privaloma užpildyti.
Mae angen y maes hwn.
Masukkan URL dengan format yang benar.
Masukkan URL yang valid.
Masukkan alamat email dengan format yang benar.
Masukkan alamat email yang valid.
Masukkan keseluruhan angka bilangan.
Masukkan nilai yang valid.
Masukkan sebuah bilangan.
Masukkan tanggal yang valid.
Masukkan tanggal/waktu yang valid.
Merkit un URL reizh
Merkit un deiziad reizh
Merkit un eur/deiziad reizh
Merkit un niver anterin.
Merkit un niver.
Merkit un talvoud reizh
Merkit ur chomlec'h postel reizh
N'est pas une date valide.
N'hall ket ar vaezienn chom goullo
Nedrīga vērtība.
Neplatná emailová adresa.
Neplatná hodnota pre dátum.
Neplatná hodnota pro datum.
Nesprávna hodnota.
Neveljavna vrednost.
Nhập một URL hợp lệ.
Nhập một giá trị hợp lệ.
Nhập một ngày hợp lệ.
Nhập một ngày/thời gian hợp lệ.
Nhập một số tổng thể.
Nhập một số.
Nhập một địa chỉ email hợp lệ.
Nhập địa chỉ email.
Ni all y maes hwn fod yn 'null'.
Ni all y maes hwn fod yn wag.
Niepoprawna wartość.
Nieprawidłowa data
Nieprawidłowy adres e-mail.
Nilai bidang ini harus berupa bilangan bulat.
Non è una data valida
Ní cheadaítear luach nialasach sa réimse seo.
Ogiltigt värde.
Ongeldig e-mailadres.
Ongeldige datum
Ongeldige waarde.
Oppgi en gyldig dato.
Oppgi en gyldig e-postadresse
Oppgi en gyldig epost-adresse.
Oppgi en gyldig nettadresse.
Oppgi en gyldig verdi.
Oppgi et heltall.
Oppgi et tall.
Oppgi gyldig dato og tidspunkt.
Oppgje ei gyldig e-postadresse.
Oppgje ei gyldig nettadresse.
Oppgje ein gyldig dato.
Oppgje ein gyldig verdi.
Oppgje eit heiltall.
Oppgje eit tall.
Oppgje gyldig dato og tidspunkt.
Ovo polje ne može biti null.
Ovo polje ne može biti prazno.
Ovo polje ne može da ostane prazno.
Ovo polje ne može ostati prazno.
Ovo polje se mora popuniti.
Podaj poprawny adres e-mail.
Pole korrektne kuupäevaline väärtus
Pole nemůže být null.
Pole nemůže být prázdné.
Pole nie może mieć wartości null.
Prasīta ir derīga skaitliska vērtība.
Questo campo non può essere nullo.
Questo campo non può essere omesso.
Questo campo non può essere vuoto.
Questo campo è obbligatorio.
Raqamni kiriting.
Reikiama tinkama integer tipo reikšmė.
Reikiamas tinkamas skaičius.
Rekis eo leuniañ ar vaezienn.
Requierse esti campu.
Requírese este campo.
Rhaid cwblhau'r maes hwn.
Rhif ddyddiad dilys.
Rhowch URL dilys.
Rhowch cyfanrif.
Rhowch ddyddiad/amser dilys.
Rhowch gyfeiriad ebost dilys.
Rhowch rif.
Rhowch werth dilys.
Saisissez un nombre entier.
Saisissez un nombre.
Saisissez une URL valide.
Saisissez une adresse de courriel valide.
Saisissez une adresse e-mail valide.
Saisissez une date et une heure valides.
Saisissez une date valide.
Saisissez une valeur valide.
San giriziň
Sana/vaqtni to‘g‘ri kiriting.
Sanani to‘g‘ri kiriting.
Se requiere un número válido.
See lahter ei tohi olla tühi.
See lahter on nõutav.
See väli ei saa olla tühi.
See väli ei tohi olla tühi.
Sehemu hii inahitajika
Sekcem amḍan ummid.
Sekcem amḍan.
Sekcem azal ameɣtu.
Sekcem tansa imayl tameɣtut.
Sisendiks peab olema arv.
Sisendiks peab olema täisarv.
Sisestage arv.
Sisestage kehtiv e-posti aadress.
Sisestage korrektne URL.
Sisestage korrektne e-posti aadress.
Sisestage korrektne kuupäev ja kellaaeg.
Sisestage korrektne kuupäev.
Sisestage korrektne väärtus.
Sisestage täisarv.
Skribez kompleta numero
Skribez numero.
Skribez valida URL.
Skribez valida dato.
Skribez valida dato/horo.
Skribez valida datumo.
Skribez valida e-posto adreso.
Skriv inn en gyldig URL.
Sláðu inn gilda dagsetningu ásamt tíma.
Sláðu inn gilda dagsetningu.
Sláðu inn gilt gildi.
Sláðu inn gilt netfang.
Sláðu inn gilt veffang (URL).
Sláðu inn heiltölu.
Sláðu inn tölu.
Sobimatu väärtus.
Specifica un URL valide.
Specifica un adresse de e-mail valide.
Specifica un data e hora valide.
Specifica un data valide.
Specifica un numero integre.
Specifica un numero.
Specifica un valor valide.
Syötä kelvollinen kokonaisluku.
Syötä kelvollinen sähköpostiosoite.
Syötä kokonaisluku.
Syötä luku.
Syötä oikea URL-osoite.
Syötä oikea arvo.
Syötä oikea pvm/kellonaika.
Syötä oikea päivämäärä.
Tam bir sayı girin.
Tam ədəd daxil edin.
Tha an raon seo riatanach.
Tik ’n geldige datum in.
Tik ’n geldige datum/tyd in.
Tik ’n heelgetal in.
Tinye URL zuru oke.
Tinye adreesị ozi ịntanetị n'zuru oke.
Tinye nọmba onu ogugu.
Tinye nọmba.
Tinye uru zuru oke.
Tinye ụbọchị / oge zuru oke
Tinye ụbọchị zuru oke.
Tiu ĉi kampo ne povas esti malplena.
Tiu ĉi kampo ne povas esti senvalora (null).
To pole jest wymagane.
To pole nie może być puste.
To polje je obvezno.
To polje ne more biti prazno.
To polje ne sme biti null.
To polje ne sme biti prazno.
To'g'ri URL manzilini kiriting.
To'g'ri elektron pochta manzilini kiriting.
To'g'ri qiymatni kiriting.
Toto pole je povinné.
Toto pole je třeba vyplnit.
Toto pole je vyžadováno.
Toto pole nemože byť prázdne.
Toto pole nemôže byť nulové.
Toto pole nemôže byť prázdne.
Toto pole nesmí být prázdné (null).
Toto pole nesmí být prázdné.
Toś to pólo jo trěbne.
Toś to pólo njamóžo nul byś.
Toś to pólo njamóžo prozne byś.
Trường này không thể để trống.
Trường này không được bỏ trống.
Trường này không được để trắng.
Trường này là bắt buộc.
Tute polo je trěbne.
Tute polo njesmě nul być.
Tute polo njesmě prózdne być.
Tá an réimse seo riachtanach.
Tämä kenttä ei voi olla tyhjä.
Tämä kenttä vaaditaan.
Tämän kentän arvo ei voi olla "null".
URLを正しく入力してください。
Uga huu hauwezi kuwa hauna kitu.
Uga huu hauwezi kuwa mtupu
Ugyldig e-postadresse.
Ugyldig verdi.
Ugyldig værdi.
Um número inteiro válido é exigido.
Um número válido é necessário.
Un nombre entier valide est requis.
Un nombre valide est requis.
Unesite broj.
Unesite ceo broj.
Unesite cijeli broj.
Unesite cijeo broj.
Unesite ispravan URL.
Unesite ispravan datum.
Unesite ispravan datum/vreme.
Unesite ispravan datum/vrijeme.
Unesite ispravnu e-mail adresu.
Unesite ispravnu vrednost.
Unesite ispravnu vrijednost.
Ungültige E-Mail-Adresse.
Ungültige Email-Adresse.
Ungültiger Wert.
Unos za ovo polje je obavezan.
Ushbu maydon to'ldirilishi shart.
Valeur non valide.
Valoare nevalidă.
Valor de data no vàlid
Valor invàlid.
Valor inválido.
Valor non válido.
Valore non valido.
Vigane e-posti aadress.
Virheellinen sähköpostiosoite.
Vložte platnou e-mailovou adresu.
Vložte platný odkaz.
Vložte správnu emailovú adresu.
Vnesite celo število.
Vnesite veljaven URL naslov.
Vnesite veljaven URL.
Vnesite veljaven datum.
Vnesite veljaven datum/čas.
Vnesite veljaven e-poštni naslov.
Vnesite veljaven elektronski naslov.
Vnesite veljavno vrednost.
Vnesite število.
Voer een geheel getal in.
Voer een geldig e-mailadres in.
Voer een geldige URL in.
Voer een geldige datum in.
Voer een geldige datum/tijd in.
Voer een geldige waarde in.
Voer een getal in.
Väli ei tohi olla tühi.
Väli on kohustuslik.
Wpisz liczbę całkowitą.
Wpisz liczbę.
Wpisz poprawny URL.
Wpisz poprawną datę.
Wpisz poprawną datę/godzinę.
Wpisz poprawną wartość.
Wprowadź poprawny adres URL.
Wprowadź poprawny adres email.
Wymagana poprawna liczba całkowita.
Wymagana poprawna liczba.
Xətalı dəyər.
Zadajte celé číslo.
Zadajte platnú URL adresu.
Zadajte platnú e-mailovú adresu.
Zadajte platnú hodnotu.
Zadajte platný dátum.
Zadajte platný dátum/čas.
Zadajte číslo.
Zadejte celé číslo.
Zadejte platnou adresu URL.
Zadejte platnou e-mailovou adresu.
Zadejte platnou hodnotu.
Zadejte platné datum a čas.
Zadejte platné datum.
Zadejte číslo.
Zahtevano je veljavno celo število.
Zahtevano je veljavno število.
Zapodajće cyłu ličbu.
Zapodajće ličbu.
Zapodajće płaćiwu e-mejlowu adresu.
Zapodajće płaćiwu hódnotu.
Zapodajće płaćiwy URL.
Zapodajće płaćiwy datum.
Zapodajće płaćiwy datum/čas.
Zapódajśo cełu licbu.
Zapódajśo licbu.
Zapódajśo płaśiwu e-mailowu adresu.
Zapódajśo płaśiwu gódnotu.
Zapódajśo płaśiwy URL.
Zapódajśo płaśiwy datum.
Zapódajśo płaśiwy datum/cas.
È richiesto un numero intero valido.
È richiesto un numero valido.
Érvénytelen adat, nem dátum
Érvénytelen email cím.
Érvénytelen érték.
Írjon be egy érvényes e-mail címet.
Þennan reit þarf að fylla út.
Þessi reitur getur ekki haft tómgildi (null).
Þessi reitur má ekki vera tómur.
Ĉi tiu kampo estas deviga.
Įveskite pilną skaičių.
Įveskite skaičių.
Įveskite teisingą el. pašto adresą.
Įveskite tinkamą URL adresą.
Įveskite tinkamą datą.
Įveskite tinkamą datą/laiką.
Įveskite tinkamą el. pašto adresą.
Įveskite tinkamą reikšmę.
Šis laukas negali būti null.
Šis laukas negali būti nustatytas kaip null.
Šis laukas negali būti tuščias.
Šis laukas yra privalomas.
Šis lauks ir obligāts.
Šis lauks nevar būt null.
Šis lauks nevar būt tukšs
Šis lauks nevar būt tukšs, null.
Šis lauks nevar būt tukšs.
Ədəd daxil edin.
Ένας έγκυρος ακέραιος είναι απαραίτητος.
Ένας έγκυρος αριθμός είναι απαραίτητος.
Αυτό το πεδίο είναι απαραίτητο.
Αυτό το πεδίο είναι υποχρεωτικό
Δεν είναι σωστή ημερομηνία
Εισάγετε έγκυρο URL.
Εισάγετε ένα έγκυρο URL.
Εισάγετε έναν ακέραιο αριθμό.
Εισάγετε έναν αριθμό.
Εισάγετε μια έγκυρη διεύθυνση ηλ. ταχυδρομείου.
Εισάγετε μια έγκυρη ημερομηνία.
Εισάγετε μια έγκυρη ημερομηνία/ώρα.
Εισάγετε μια έγκυρη τιμή.
Λάθος τιμή.
Λανθασμένο email.
Συμπληρώσατε μια έγκυρη διεύθυνση e-mail.
Το πεδίο αυτό δεν μπορεί να είναι κενό.
Το πεδίο αυτό δεν μπορεί να είναι μηδενικό (null).
Το πεδίο δε μπορεί να είναι null.
Το πεδίο δε μπορεί να είναι κενό.
Το πεδίο είναι απαραίτητο.
Адади яклухтро ворид кунед.
Ададро ворид созед.
Ацы быдыр афтид ма хъуамӕ уа.
Ацы быдыр нул ма хъуамӕ уа.
Ацы быдыр ӕнӕмӕнг у.
Бафысс нымӕц.
Бафысс ӕнӕхъӕн нымӕц.
Бу кыр буш булырга тиеш түгел.
Бу кырның кыйммәте NULL булырга тиеш түгел.
Бул аймак бош калбашы керек
Бул аймак жок маани албашы керек
Бул талаа керектүү.
Бүхэл тоон утга оруулна уу.
Бұл жолақ null болмау керек.
Бұл жолақ бос болмау керек.
Бұл өрісті толтыру міндетті.
Бөтен сан кертегез.
Введите корректный URL.
Введите корректный адрес электронной почты.
Введите правильное значение.
Введите правильное число.
Введите правильную дату и время.
Введите правильную дату.
Введите правильный URL.
Введите правильный адрес электронной почты.
Введите целое число.
Введите число.
Введіть коректне значення.
Введіть коректний URL.
Введіть коректну email адресу.
Введіть коректну адресу електронної пошти.
Введіть коректну дату.
Введіть коректну дату/час.
Введіть ціле число.
Введіть число.
Внесете број.
Внесете валиден URL.
Внесете валидна email адреса.
Внесете правилен датум со време.
Внесете правилен датум.
Внесете правилна веб адреса.
Внесете правилна вредност.
Внесете цел број.
Въведете валиден URL адрес.
Въведете валиден URL.
Въведете валиден имейл адрес.
Въведете валидна дата.  
Въведете валидна дата/час.  
Въведете валидна стойност.  
Въведете цяло число.  
Въведете число.
Дұрыс күнді енгізіңіз.
Дұрыс күнді/уақытты енгізіңіз.
Дөрес кыйммәтне кертегез.
Дөрес эл. почта адресны кертегез.
Задолжителен е валиден број.
Задолжителен е валиден цел број.
Зөв имэйл хаяг оруулна уу
Зөв огноо оруулна уу.
Зөв утга оруулна уу.
Зөв, хүчинтэй хаяг (URL) оруулна уу.
Ин майдон наметавонад холӣ бошад.
Ин майдон наметавонад қимати NULL дошта бошад.
Лыд гожтэ.
Майдони ҳатмӣ.
Мәҗбүри кыр.
Набярыце лік.
Набярыце ўвесь лік.
Не дійсне значення дати
Не е валидна стойност за дата
Невалиден Е-мейл адрес.
Невалидна вредност.
Невалидна стойност.
Неверное значение даты.
Неверный адрес электронной почты.
Невірна електронна адреса.
Недопустимое значение.
Недійсне значення.
Необходимо е валидно цяло число.
Необходимо е валидно число.
Необхідне цілочисельне значення.
Необхідне чисельне значення.
Обязательное поле.
Ова поле е задолжително.
Ова поле не може да биде празно
Ова поле не смее да биде недефинирано.
Ова поле не смее да биде празно.
Оваа вредност неможе да биде null.
Ово поље не може бити 'null'.
Ово поље не може да остане празно.
Ово поље се мора попунити.
Огноо/цаг-ыг зөв оруулна уу.
Пазначце правільнае значэньне.
Пазначце чынную дату.
Пазначце чынную спасылку.
Пазначце чынныя час і дату.
Поле ня можа мець значэньне «null».
Поле трэба запоўніць.
Раст URL бафысс.
Раст email адрис бафысс.
Раст бон бафысс.
Раст бон/рӕстӕг бафысс.
Раст бӕрц бафысс.
Рөхсәт ителгән URLны кертегез.
Рөхсәт ителгән дата һәм вакытны кертегез.
Рөхсәт ителгән датаны кертегез.
Сан енгізіңіз.
Сан кертегез.
Сан киргизиңиз.
Сана ва вақтро дуруст ворид кунед.
Санаи дурстро ворид кунед.
Суроға(URL)-ро дуруст ворид созед.
Суроғаи почтаи электрониро дуруст ворид созед.
Та NULL луыны уг яра.
Та буш луыны уг яра.
Та клуэ.
Тазэ шонер гожтэ.
Това поле е задължително
Това поле е задължително.
Това поле не може да е празно.
Това поле не може да има празна стойност.
Толук сан киргиз.
Толық санды енгізіңіз.
Тоон утга оруулна уу.
Требуется целочисленное значение.
Требуется численное значение.
Трэба запоўніць поле.
Тура URL-ді енгізіңіз.
Тура мәнін енгізіңіз.
Туура URL киргиз
Туура күн/убакыт киргиз.
Туура маани киргиз
Туура эдарек тер.
Увядзіце сапраўдны адрас электроннай пошты.
Унесите број.
Унесите исправан URL.
Унесите исправан датум.
Унесите исправан датум/време.
Унесите исправну вредност.
Унесите исправну и-мејл адресу.
Унесите цео број.
Це поле не може бути null.
Це поле не може бути порожнім.
Це поле не може бути пустим.
Це поле обов'язкове.
Це поле є обов'язковим.
Целой лыд гожтэ.
Шонер URL гожтэ.
Шонер дата гожтэ.
Шонер дата но час-минут гожтэ.
Электорн почта адресэз шонер гожтэ
Энэ талбарыг бөглөх шаардлагатай.
Энэ хэсгийг хоосон орхиж болохгүй.
Энэ хэсэг хоосон байж болохгүй.
Это поле не может быть null.
Это поле не может быть пустым.
Это поле не может иметь значение NULL.
Это поле обязательно.
туура күн киргиз.
Қимматро дуруст ворид созед.
Այս դաշտը չի կարող դատարկ լինել:
Այս դաշտը չի կարող զրոյական լինել:
Այս դաշտը չի կարող լինել դատարկ
Այս դաշտը չի կարող ունենալ NULL արժեք 
Այս դաշտը պարտադիր է
Այս դաշտը պարտադիր է:
Անվավեր արժեք:
Մուտքագրեք ամբողջ թիվ
Մուտքագրեք թիվ
Մուտքագրեք ճիշտ URL
Մուտքագրեք ճիշտ ամսաթիվ
Մուտքագրեք ճիշտ ամսաթիվ/ժամանակ
Մուտքագրեք ճիշտ արժեք
Մուտքագրեք ճիշտ էլեկտրոնային փոստի հասցե
Մուտքագրեք վավեր էլ.փոստի հասցե:
Մուտքագրեք վավեր հղում:
Պահանջվում է լիարժեք ամբողջական թիվ:
Պահանջվում է վավեր համար:
חובה למלא שדה זה.
יש להזין URL חוקי.
יש להזין ערך חוקי.
יש להזין תאריך ושעה חוקיים.
יש להזין תאריך חוקי.
יש להזין תוכן בשדה זה.
כתובת מייל לא תקינה.
לא תאריך תקין
נא להזין כתובת דוא"ל חוקית
נא להזין מספר שלם.
נא להזין מספר.
שדה זה אינו יכול להיות ריק.
آدرس پست الکترونیک اشتباه است.
أدخل تاريخاً صحيحاً.
أدخل تاريخاً/وقتاً صحيحاً.
أدخل رابطاً صحيحاً.
أدخل رقما صحيحا.
أدخل رقماً.
أدخل عنوان بريد إلكتروني صحيح.
أدخل قيمة صحيحة.
أدخِل رابطًا صحيحًا.
أدخِل عنوان بريد إلكتروني صحيح.
أدخِل قيمة صحيحة.
البريد الالكتروني غير صالح.
الرجاء إدخال رابط إلكتروني صالح.
الرجاء إدخال رقم صالح.
الرجاء إدخال رقم صحيح صالح.
این فیلد اجباریست.
این فیلد لازم است.
این فیلد نمی تواند خالی باشد.
این فیلد نمی تواند پوچ باشد.
این مقدار لازم است.
این مقدار نباید توهی باشد.
این مقدار نباید خالی باشد.
به طور کامل یک عدد وارد کنید.
درست تاریخ درج کریں۔
درست تاریخ/وقت درج کریں۔
درست قیمت (ویلیو) درج کریں۔
درست یو آر ایل (URL) درج کریں۔
عليك ان تدخل بريد إلكتروني صالح.
قيمة التاريخ غير صالحة.
قيمة غير صالحة.
لا يمكن ترك هذا الحقل خالي.
لا يمكن ترك هذا الحقل فارغاً.
لا يمكن تعيين null كقيمة لهذا الحقل.
لا يمكن لهذا الحقل ان يكون فارغاً null.
لا يمكن لهذا الحقل ان يكون فارغاً.
مقدار نامعتبر.
مقداری که وارد کردید، تاریخ نیست.
مکمل نمبر درج کریں۔
نمبر درج کریں۔
هذا الحقل مطلوب.
پست الکترونیکی صحبح وارد کنید.
یک URL معتبر وارد کنید
یک ایمیل آدرس معتبر وارد کنید.
یک تاریخ معتبر وارد کنید.
یک تاریخ/زمان معتبر وارد کنید.
یک عدد معتبر نیاز است.
یک عدد وارد کنید.
یک مقدار عددی معتبر لازم است.
یک مقدار معتبر وارد کنید.
یک نشانی اینترنتی معتبر وارد کنید.
یہ خانہ خالی نھیں چھوڑا جا سکتا۔
یہ خانہ درکار ھے۔
یہ خانہ نامعلوم (null( نھیں رہ سکتا۔
अमान्य परिमाण ।
इस फ़ील्ड रिक्त नहीं हो सकता है.
उपयुक्त URL राख्नुहोस ।
उपयुक्त मान राख्नुहोस ।
उपयुक्त मिति राख्नुहोस ।
उपयुक्त मिति/समय राख्नुहोस ।
एउटा मान्य अङ्कहरू आवश्यक छ ।
एक पूर्ण संख्या दर्ज करें ।
एक मान्य पूर्णांक आवश्यक छ ।
एक मान्य मूल्य दर्ज करें
एक संख्या दर्ज करें ।
मान्य यूआरएल प्रविष्ट गर्नुहोस् ।
यह क्षेत्र अपेक्षित हैं
यह मूल्य खाली नहीं हो सकता ।
यो फाँट अनिवार्य छ ।
यो फाँट खाली हुन सक्दैन ।
यो फाँट शून्य हुन सक्दैन ।
यो फिल्ड आवश्यक छ |
यो फिल्ड खाली हुन सक्दैन |
यो फिल्ड खाली हुनु हुँदैन |
वैध डाक पता प्रविष्ट करें।
वैध तिथि भरें ।
वैध तिथि/समय भरें ।
वैध यू.आर.एल भरें ।
संख्या राख्नुहोस ।
सही ई-मेल ठेगाना राख्नु होस ।
এই ফিল্ডের মান ফাঁকা হতে পারে না
একটি পূর্ণসংখ্যা দিন
একটি বৈধ ইমেইল ঠিকানা লিখুন.
একটি বৈধ মান দিন।
একটি সংখ্যা প্রবেশ করান।
এটি আবশ্যক।
এর মান null হতে পারবে না।
বৈধ URL দিন
বৈধ তারিখ দিন।
বৈধ তারিখ/সময় দিন।
ਇਹ ਖੇਤਰ ਖਾਲੀ ਨਹੀਂ ਹੋ ਸਕਦਾ ਹੈ।
ਇਹ ਖੇਤਰ ਲਾਜ਼ਮੀ ਹੈ।
ਠੀਕ URL ਦਿਉ।
ਠੀਕ ਮਿਤੀ ਦਿਓ।
ਠੀਕ ਮਿਤੀ/ਸਮਾਂ ਦਿਓ।
ਠੀਕ ਮੁੱਲ ਦਿਓ
ਢੁੱਕਵਾਂ ਈਮੇਲ ਸਿਰਨਾਵਾਂ ਦਿਉ ਜੀ।
ਨੰਬਰ ਦਿਓ।
ਪੂਰਨ ਨੰਬਰ ਦਿਉ।
இந்த  புலத்தில் மதிப்பு தேவை
இந்த புலம் காலியாக இருக்கக் கூடாது
முழு எண் மட்டுமே எழுதவும்
ఈ ఖాళీని తప్పనిసరిగా పూరించాలి
ఈ ఫీల్డ్ అవసరము
ఈ ఫీల్డ్ కాళీగా ఉందకూడడు      
దయచేసి పూర్ణ సంఖ్య ఇవ్వండి
దయచేసి సరైన తెది/సమయం ఇవ్వండి.
దయచేసి సరైన తేది ఇవ్వండి.
పూర్ణ సంఖ్య ఇవ్వండి
సరైన URL ఇవ్వండి.
సరైన విలువని ఇవ్వండి.
ಈ ಅಂಶವನ್ನು ಖಾಲಿ ಬಿಡುವಂತಿಲ್ಲ.
ಈ ಸ್ಥಳವು ಅಗತ್ಯವಿರುತ್ತದೆ.
ಈ ಸ್ಥಳವು ಖಾಲಿ ಇರುವಂತಿಲ್ಲ.
ಒಂದು ಸಂಖ್ಯೆಯನ್ನು ನಮೂದಿಸಿ.
ಪೂರ್ಣಾಂಕವೊಂದನ್ನು ನಮೂದಿಸಿ.
ಸರಿಯಾದ ಒಂದು URL ಅನ್ನು ನಮೂದಿಸಿ.
ಸರಿಯಾದ ದಿನಾಂಕ/ಸಮಯವನ್ನು ನಮೂದಿಸಿ.
ಸರಿಯಾದ ದಿನಾಂಕವನ್ನು ನಮೂದಿಸಿ.
ಸಿಂಧುವಾದ ಮೌಲ್ಯವನ್ನು ನಮೂದಿಸಿ.
ഈ കളം (ഫീല്‍ഡ്) ഒഴിച്ചിടരുത്.
ഈ കള്ളി(ഫീല്‍ഡ്) നിര്‍ബന്ധമാണ്.
ഒരു പൂര്‍ണസംഖ്യ നല്കുക.
ഒരു സംഖ്യ നല്കുക.
ശരിയായ URL നല്‍കുക
ശരിയായ ഇമെയില്‍ വിലാസം നല്‍കുക.
ശരിയായ തീയതി നല്കുക.
ശരിയായ തീയതിയും സമയവും നല്കുക.
ശരിയായ വാല്യു നൽകുക.
กรอก URL ให้ถูกต้อง
กรอกหมายเลข
กรอกอีเมลให้ถูกต้อง
กรุณาใส่ค่าที่ถูกต้อง
กรุณาใส่วัน
กรุณาใส่วันเวลา
ค่าไม่ถูกต้อง
ต้องการค่าจำนวนเต็มที่ถูกต้อง
ต้องการตัวเลขที่ถูกต้อง
ป้อนที่อยู่อีเมลที่ถูกต้อง
ฟิลด์นี้จำเป็น
ฟิลด์นี้จำเป็นต้องมีค่า
ฟิลด์นี้เว้นว่างไม่ได้
ฟิลด์นี้ไม่สามารถเว้นว่างได้
ฟิลด์นี้ไม่สารถปล่อยว่างได้
ใส่ URL ที่ถูกต้อง
ეს ველი არ შეიძლება იყოს null.
ეს ველი არ შეიძლება იყოს ცარიელი.
ეს ველი აუცილებელია.
შეიყვანეთ მთელი რიცხვი
შეიყვანეთ რიცხვი.
შეიყვანეთ სწორი URL.
შეიყვანეთ სწორი თარიღი და დრო.
შეიყვანეთ სწორი თარიღი.
შეიყვანეთ სწორი მნიშვნელობა.
ចាំបាច់បំពេញទិន្នន័យកន្លែងនេះ។
បំពេញចំនួនទាំងអស់។
このフィールドには NULL を指定できません。
このフィールドは必須です。
このフィールドは空ではいけません。
この項目はnullにできません。
この項目は必須です。
この項目は空にできません。
不是有效的日期。
不是有效的日期值。
不正な値です。
値を正しく入力してください。
数値を入力してください。
整数を入力してください。
无效值。
无效的 Email 地址。
日付を正しく入力してください。
日時を正しく入力してください。
有効なURLを入力してください。
有効なメールアドレスを入力してください。
有効な数値を入力してください。
有効な整数を入力してください。
此字段不能为空。
此欄位不可為null。
此欄位不可為空白。
此欄位為必填。
此為必需欄位。
無効なメールアドレスです。
無効な日付型です。
無效值。
無效的電子郵件地址。
請輸入有效的 URL。
請輸入有效的URL。
請輸入有效的值。
請輸入有效的整數值。
請輸入有效的數字。
請輸入有效的電子郵件地址。
该字段不能为 null。
该字段不能为空。
该字段是必填字段。
该字段是必填项。
请填写合法的数字。
请填写合法的整数值。
请输入合法的URL。
请输入合法的邮件地址。
輸入一個數字
輸入整數
輸入有效的日期
輸入有效的日期/時間
输入一个数字。
输入一个有效的 Email 地址。
输入一个有效的 URL。
输入一个有效的值。
输入一个有效的日期/时间。
输入一个有效的日期。
输入整数。
这个值不能为 null。
这个字段是必填项。
這個值不能是 null。
這個欄位不能留白。
這個欄位是必須的。
값이 유효하지 않습니다.
숫자를 입력하세요.
올바르지 않은 날짜 값입니다.
올바르지 않은 이메일 주소입니다.
올바른 URL을 입력하세요.
올바른 값을 입력하세요.
올바른 날짜/시각을 입력하세요.
올바른 날짜를 입력하세요.
올바른 이메일 주소를 입력하세요.
유효한 URL을 입력하십시오.
유효한 숫자를 넣어주세요.
유효한 이메일 주소를 입력하십시오.
유효한 정수(integer)를 넣어주세요.
이 필드는 blank일 수 없습니다.
이 필드는 null 값을 사용할 수 없습니다. 
이 필드는 null일 수 없습니다.
이 필드는 빈 칸으로 둘 수 없습니다.
이 필드는 필수 항목입니다.
이 항목은 필수입니다.
정수를 입력하세요.
필수 항목입니다.
)complaints";

}  // namespace piiscrub
