"""What an officer reads about a comparison and about a filed person: table `texts/2026-11`.

Each text stands for itself and holds no value of anybody. Indonesian first, English second.
"""

VERSION = "texts/2026-11"

EVIDENCE: dict[str, tuple[str, str]] = {
    "name:same": ("Nama sama.", "The name is the same."),
    "name:respelled": ("Nama sama dengan ejaan berbeda.", "The name is the same in another spelling."),
    "name:typing": (
        "Nama hampir sama; mungkin salah ketik.",
        "The name is nearly the same; perhaps a typing error.",
    ),
    "name:extended": (
        "Nama sama; pada salah satunya ada kata tambahan.",
        "The name is the same; one of the two has more words.",
    ),
    "name:unclear": (
        "Nama mirip, tetapi bisa juga dua nama yang berbeda.",
        "The names look alike, but may be two different names.",
    ),
    "name:partial": ("Nama depan sama, nama lainnya berbeda.", "The first name is the same, the others differ."),
    "name:other-given": (
        "Nama depan berbeda, nama lainnya ada yang sama.",
        "The first name differs, another name is shared.",
    ),
    "name:different": ("Nama berbeda.", "The names differ."),
    "birth_date:equal": ("Tanggal lahir sama.", "The birth date is the same."),
    "birth_date:common": (
        "Tanggal lahir sama, tetapi tanggal ini sering dicatat untuk orang yang tidak tahu tanggal lahirnya.",
        "The birth date is the same, but this date is often recorded for people who do not know theirs.",
    ),
    "birth_date:swapped": (
        "Tanggal lahir sama bila hari dan bulan ditukar.",
        "The birth date is the same with day and month exchanged.",
    ),
    "birth_date:one-part": (
        "Tanggal lahir hanya berbeda pada hari atau bulan.",
        "The birth date differs in the day or the month only.",
    ),
    "birth_date:near-year": (
        "Hari dan bulan lahir sama; tahunnya berbeda sedikit atau satu angka.",
        "Day and month of birth are the same; the year is close or differs in one digit.",
    ),
    "birth_date:other-year": (
        "Hari dan bulan lahir sama, tahunnya berbeda.",
        "Day and month of birth are the same, the year differs.",
    ),
    "birth_date:year-only": ("Hanya tahun lahir yang sama.", "Only the birth year is the same."),
    "birth_date:different": ("Tanggal lahir berbeda.", "The birth dates differ."),
    "birth_date:far": ("Tahun lahir berjauhan.", "The birth years are far apart."),
    "nik:equal": ("NIK sama.", "The NIK is the same."),
    "nik:typo": (
        "NIK berbeda satu angka; mungkin salah ketik.",
        "The NIKs differ in one digit; perhaps a typing error.",
    ),
    "nik:serial-typo": (
        "NIK berbeda satu angka pada nomor urut: salah ketik, atau orang lain dari tempat dan tanggal yang sama.",
        "The NIKs differ in one digit of the serial: a typing error, or somebody else of that place and date.",
    ),
    "nik:near-serial": (
        "NIK hanya berbeda sedikit pada nomor urut, seperti pada saudara kembar atau yang didaftarkan bersama.",
        "The NIKs differ a little in the serial, as those of twins or of people registered together do.",
    ),
    "nik:other-serial": (
        "NIK berbeda; wilayah dan tanggal di dalamnya sama.",
        "The NIKs differ; region and date in them are the same.",
    ),
    "nik:other-region": (
        "NIK berbeda pada wilayah; tanggal dan nomor urut sama.",
        "The NIKs differ in the region; date and serial are the same.",
    ),
    "nik:other-date": (
        "NIK berbeda pada tanggal; wilayah dan nomor urut sama.",
        "The NIKs differ in the date; region and serial are the same.",
    ),
    "nik:date-only": ("NIK berbeda; tanggal di dalamnya sama.", "The NIKs differ; the date in them is the same."),
    "nik:different": ("NIK berbeda.", "The NIKs differ."),
    "number:equal": ("Nomor identitas sama.", "The identity number is the same."),
    "number:typo": (
        "Nomor identitas berbeda satu angka; mungkin salah ketik.",
        "The identity numbers differ in one digit; perhaps a typing error.",
    ),
    "number:different": ("Nomor identitas berbeda.", "The identity numbers differ."),
    "passport_no:equal": ("Nomor paspor sama.", "The passport number is the same."),
    "passport_no:different": (
        "Nomor paspor berbeda, seperti setelah penggantian.",
        "The passport numbers differ, as after a renewal.",
    ),
    "mother_name:same": ("Nama ibu sama.", "The mother's name is the same."),
    "mother_name:respelled": (
        "Nama ibu sama dengan ejaan berbeda.",
        "The mother's name is the same in another spelling.",
    ),
    "mother_name:extended": (
        "Nama ibu sama; pada salah satunya ada kata tambahan.",
        "The mother's name is the same; one of the two has more words.",
    ),
    "mother_name:typing": (
        "Nama ibu hampir sama; mungkin salah ketik.",
        "The mother's name is nearly the same; perhaps a typing error.",
    ),
    "mother_name:unclear": ("Nama ibu mirip.", "The mothers' names look alike."),
    "mother_name:partial": (
        "Nama depan ibu sama, nama lainnya berbeda.",
        "The mothers' first names are the same, the others differ.",
    ),
    "mother_name:other-given": ("Nama depan ibu berbeda.", "The mothers' first names differ."),
    "mother_name:different": ("Nama ibu berbeda.", "The mothers' names differ."),
    "birth_place:equal": ("Tempat lahir sama.", "The birthplace is the same."),
    "birth_place:common": (
        "Tempat lahir sama; banyak orang lahir di sana.",
        "The birthplace is the same; many are born there.",
    ),
    "birth_place:different": ("Tempat lahir berbeda.", "The birthplaces differ."),
    "village:equal": ("Desa atau kelurahan sama.", "The village is the same."),
    "village:near": ("Nama desa hampir sama.", "The village's name is nearly the same."),
    "village:district": ("Kecamatan sama.", "The sub-district is the same."),
    "village:different-in-district": (
        "Kecamatan sama, desa berbeda.",
        "The sub-district is the same, the village differs.",
    ),
    "village:regency": ("Kabupaten atau kota sama.", "The regency is the same."),
    "village:different": ("Tempat tinggal berbeda.", "They live in different places."),
    "address:equal": ("Alamat sama.", "The address is the same."),
    "address:mostly": ("Sebagian besar alamat sama.", "Most of the address is the same."),
    "address:partly": ("Sebagian alamat sama.", "Part of the address is the same."),
    "address:different": ("Alamat berbeda.", "The addresses differ."),
    "phone:equal": ("Nomor telepon sama.", "The phone number is the same."),
    "phone:different": ("Nomor telepon berbeda.", "The phone numbers differ."),
    "kk:equal": ("Nomor Kartu Keluarga sama.", "The family card number is the same."),
    "kk:different": ("Nomor Kartu Keluarga berbeda.", "The family card numbers differ."),
    "sex:equal": ("Jenis kelamin sama.", "The sex is the same."),
    "sex:different": ("Jenis kelamin berbeda.", "The sex differs."),
    "household": (
        "Data keluarga sama tetapi orangnya tampak berbeda: mungkin saudara kembar, saudara, atau anggota keluarga.",
        "The family's data agree but the person looks different: perhaps a twin, a sibling or a relative.",
    ),
    "number-only": (
        "Hanya nomor yang dapat dibandingkan, tanpa nama; itu belum cukup.",
        "Only a number could be compared, and no name; that is not enough.",
    ),
    "number-other-name": (
        "Nomornya sama tetapi namanya lain; nomor dapat dipinjam atau salah tulis. Periksa dengan dokumen.",
        "The number is the same but the name is another; numbers are borrowed or miswritten. Check the documents.",
    ),
    "name-and-date-only": (
        "Hanya nama dan tanggal lahir yang dapat dibandingkan; itu belum cukup.",
        "Only the name and the birth date could be compared; that is not enough.",
    ),
}
"""By level code without rarity, then the rules that set a zone."""

FINDINGS: dict[str, tuple[str, str]] = {
    "nik-impossible": (
        "NIK ini tidak sesuai susunan NIK (tanggal, wilayah, nomor urut); mungkin salah ketik. Periksa dengan KTP.",
        "This NIK does not fit the form of a NIK (date, region, serial); perhaps mistyped. Check the identity card.",
    ),
    "nik-date-differs": (
        "Tanggal lahir dalam NIK berbeda dari tanggal lahir yang diisi. Periksa dengan KTP dan akta.",
        "The birth date in the NIK differs from the one given. Check the identity card and birth certificate.",
    ),
    "nik-sex-differs": (
        "Jenis kelamin menurut NIK berbeda dari yang diisi. Periksa dengan KTP.",
        "The sex in the NIK differs from the one given. Check it against the identity card.",
    ),
    "name-one-letter": (
        "Nama hanya satu huruf. Tulis nama lengkap seperti pada dokumen.",
        "The name has one letter only. Write it in full as on the document.",
    ),
    "name-not-latin": (
        "Nama memuat aksara selain Latin. Tulis juga nama dalam huruf Latin seperti pada dokumen.",
        "The name is not in Latin script. Also enter it in Latin letters as on the document.",
    ),
    "village-unknown": (
        "Kode desa ini tidak ada dalam daftar Lampung yang berlaku. Periksa alamatnya.",
        "This village code is not in the current list of Lampung. Check the address.",
    ),
    "phone-unusable": (
        "Nomor telepon ini tidak dapat dipakai untuk mengenali orang. Tanyakan nomor yang benar.",
        "This phone number cannot serve to recognise a person. Ask for the right one.",
    ),
    "birth-date-very-old": (
        "Usia menurut tanggal lahir melebihi 110 tahun. Periksa dokumennya.",
        "By the birth date the age is above 110 years. Check the document.",
    ),
    "nothing-to-search": (
        "Data ini terlalu sedikit atau terlalu umum: tidak ada kantor lain yang dapat mencarinya. "
        "Lengkapi NIK, nama lengkap, nama ibu, alamat, atau nomor telepon.",
        "This is too little or too common: no other office can search for it. "
        "Add the NIK, the full name, the mother's name, the address or a phone number.",
    ),
    "birth-date-in-future": (
        "Tanggal lahir berada di masa depan. Periksa dokumennya.",
        "The birth date is in the future.",
    ),
}
