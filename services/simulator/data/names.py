"""Pools of name parts by origin, commonest first: the invented people are put together from these.

Written from general knowledge of how people in Lampung are called, and copied from no register. Family names
that would point at one well-known person are left out.
"""

from typing import Final

ORIGINS: Final[dict[str, float]] = {
    "javanese": 0.50, "arabic": 0.18, "lampung": 0.13, "sundanese": 0.11,
    "balinese": 0.035, "bugis": 0.02, "batak": 0.025,
}  # fmt: skip
"""Origin of a name and its share among applicants."""


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.replace("_", " ") for part in text.split())


JAVANESE_SINGLE: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Suparman Sutrisno Suyanto Sugiyono Supriyanto Sutarno Sukirman Suharto Sumardi Suwarno Suyatno"
        " Sunarto Sukamto Sukardi Suradi Sudirman Suroso Suwito Suyadi Sunaryo Sunardi Sugito Sugianto"
        " Subagyo Sudarno Sumarno Sukarman Suratman Suwardi Suprapto Sutikno Suharjo Supardi Suparno Supomo"
        " Suripto Sutejo Suyitno Sujarwo Sukadi Suwondo Suhadi Sumanto Sudarman Suparmin Sutarman Ngatiman"
        " Ngadiman Ngatimin Ngadimin Poniman Ponimin Paiman Paimin Paijo Tukiman Tukimin Tumiran Jumadi"
        " Jumari Jumiran Wagiman Wagimin Wagino Legiman Legimin Sarimin Sariman Saryono Sarwono Sarjono"
        " Kasiman Kasimin Kasno Karsono Kartono Hartono Harsono Harjono Maryono Marsudi Margono Mujiono"
        " Mulyono Mulyadi Miskun Mislan Misran Muryanto Parjo Parman Parmin Pardi Priyono Rusdi Rusmanto"
        " Samidi Samsuri Slamet Sakiman Tarmuji Trisno Triyono Triyanto Tugiman Tugimin Wakidi Wakijo Waluyo"
        " Warsito Warsono Wiyono Yatiman Yatno"
    ),
    "F": _parts(
        "Suparmi Sugiyem Sukinem Sumiyati Suhartini Sutini Sunarti Suwarni Supriyati Sulastri Sukartini"
        " Suyati Sumarni Sudarmi Sumini Surati Suharni Sutarmi Supatmi Suratmi Suwartini Sukamti Susanti"
        " Sumirah Sutinah Sukarsih Suyatmi Sumiati Suginah Sutiyem Suminah Supini Sriyati Sriyatun Ngatini"
        " Ngatinem Ngadinem Ngatiyem Painem Painah Paini Ponirah Poniyem Ponikem Tukinem Tukiyem Tuminah"
        " Tumini Wagiyem Waginem Wagirah Legiyem Leginah Sarinem Sariyem Sarinah Kasinem Kasiyem Kartini"
        " Kartinah Marsini Marsinah Marsiyem Maryati Maryatun Mujiati Mujiyem Muryati Misinem Misiyem"
        " Mistiyah Misnah Parinem Partini Partinah Jumiyati Jumiyem Juminem Juminten Jumirah Rumiyati Rumini"
        " Rusmini Rubiyem Rukinem Samini Saminem Samirah Satinem Satiyem Tarmini Tarminah Tugiyem Tuginem"
        " Warsini Warsinah Wartini Watini Wakinem Yatinem Yatmi Boniyem Boinem Mesirah Mesiyem"
    ),
}
"""Traditional Javanese names that stand alone."""

JAVANESE_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Agus Eko Dwi Tri Joko Budi Andi Bambang Hendra Heri Dedi Edi Rudi Adi Arif Aris Bagus Bayu Catur"
        " Danang Deni Didik Dimas Doni Fajar Galih Gatot Gunawan Guntur Hadi Hari Imam Indra Irwan Iwan"
        " Krisna Kukuh Lilik Panji Puguh Purwanto Puji Rangga Rendi Reza Rian Rio Riyan Septian Setyo Sigit"
        " Singgih Teguh Tegar Tomi Untung Wahyu Wawan Wisnu Yoga Yogi Yudi Yuli Yusuf Angga Anjar Ardi Arya"
        " Aditya Bima Cahyo Dian Dicky Ferry Ilham"
    ),
    "F": _parts(
        "Sri Dwi Tri Siti Endang Eka Dewi Rina Rini Ratna Retno Wahyu Yuli Yuni Tuti Titik Wiwik Ani Anik"
        " Anita Ayu Desi Dian Diah Fitri Indah Ika Ida Intan Lia Lilis Lina Linda Maya Mega Murni Nanik Nina"
        " Nita Novi Nur Nurul Puji Putri Reni Riska Rita Sari Sinta Sulis Susi Tika Tina Umi Utami Vina Wati"
        " Weni Winda Wulan Yanti Yeni Yuliana Erna Erni Evi Eva Heni Hesti Ira Iin Kartika Kristin Leni Marni"
        " Mira Nining"
    ),
}

JAVANESE_LAST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Prasetyo Nugroho Setiawan Kurniawan Hidayat Santoso Wibowo Saputra Pratama Utomo Susanto Purnomo"
        " Handoko Cahyono Raharjo Hartono Suryadi Wahyudi Susilo Wijaya Yulianto Riyanto Haryanto Hermawan"
        " Irawan Budiman Sulistyo Supriyadi Siswanto Purwanto Widianto Wicaksono Kuncoro Saputro Subekti"
        " Sudarsono Sujatmiko Darmawan Ariyanto Apriyanto Febrianto Oktavianto Septiawan Winarno Winarto"
        " Yuwono Prayitno Laksono Hariyadi Rahmadi Rahmawan Jatmiko Mulyanto Nurcahyo Pamungkas Pangestu"
        " Ramadhan Sasongko Setyawan Syahputra Wardoyo"
    ),
    "F": _parts(
        "Wahyuni Lestari Rahayu Handayani Astuti Utami Puspitasari Wulandari Anggraini Kusumawati Ningsih"
        " Purwanti Susanti Setyawati Fitriani Maharani Safitri Pertiwi Rahmawati Suryani Yulianti Indriani"
        " Widyastuti Mulyani Sulistyowati Hartati Hidayati Kurniasih Kurniawati Listyowati Mardiana Mawarni"
        " Melati Nuraini Oktaviani Permatasari Pratiwi Purnamasari Puspita Ramadhani Retnowati Sumarni"
        " Supriyatin Suwarti Triastuti Winarti Winarni Yuniarti Yulia Apriyani Agustina Damayanti Ekawati"
        " Febriani Hapsari Haryati Irawati Juniarti"
    ),
}

SUNDANESE_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Asep Dadang Ujang Dede Cecep Endang Ade Deden Iwan Tatang Yayat Aceng Jajang Maman Undang Entis"
        " Agus Yana Rahmat Encep Engkos Dayat Dudung Nandang Nana Oman Oding Otong Atang Aep Apep Cepi Wawan"
        " Yayan Uus Udin"
    ),
    "F": _parts(
        "Euis Neng Iis Ai Cucu Yeni Tati Eneng Ika Lilis Imas Teti Nining Entin Iceu Elis Wiwin Rina Enung"
        " Yoyoh Oneng Cicih Nyai Ocih Mimin Popon Titin Dedeh Yuyun Aas Ela Nunung Empat Eem Kokom Onih"
    ),
}

SUNDANESE_LAST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Sutisna Hidayat Suryana Kurnia Supriatna Rukmana Gunawan Sudrajat Kosasih Wijaya Permana Ruhiyat"
        " Mulyana Koswara Sumarna Sopandi Suherman Rohmana Suparman Rustandi Hermawan Setiana Sukmana Ruhimat"
        " Juhana Nurjaman"
    ),
    "F": _parts(
        "Nurhasanah Sumiati Rohaeti Komalasari Kartika Nuraeni Suryani Sutiah Rohimah Mulyani Yulianti"
        " Hayati Kurniasih Rohayati Rosmiati Sukaesih Maryamah Suhaeti Komariah Nurhayati Jubaedah"
        " Siti_Rohmah Karwati Sugiarti"
    ),
}

LAMPUNG_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Zainal Rusdi Hermansyah Ardiansyah Firmansyah Iskandar Faisal Indra Riswan Sangun Hasan Mukhlis"
        " Zulkarnain Zulkifli Edison Fauzi Hendri Herwan Husni Idham Ansori Bustami Bahrudin Raden Darwis"
        " Efendi Erwin Jauhari Marwan Murad Nawawi Rizal Romli Saleh Syahrial Syamsul Tamrin Tauhid Yusron"
        " Zaini"
    ),
    "F": _parts(
        "Nurhayati Yuliana Rosmala Masnona Zulaiha Farida Mulyanah Sundari Rohani Hartati Rosdiana Hermalina"
        " Helmiyati Herlina Asnawati Asmaul Dahlia Darmawati Evi Fauziah Hasnah Hamidah Maimunah Masrona"
        " Meliyana Misnawati Nurlela Rusmala Ratna Rosita Rosnani Tasnim Umayah Yusnaini Zahara Zubaidah"
    ),
}

LAMPUNG_LAST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Abidin Syah Ratu_Sanjaya Effendi Bangsaratu Putra_Ratu Jaya_Negara Alamsyah Mega Hasyim"
        " Sampurna_Jaya Usman Gusti_Alam Rahman Kesuma Pubian Marga Nuban Sebuay Idrus Zakaria Thohir Subing"
        " Ibrahim Sesunan Ishak"
    ),
    "F": _parts(
        "Dewi Ratu Sari Yanti Wati Kesuma Hasan Puspa Anggraini Zahra Husna Permata_Ratu Oktarina Mayasari"
        " Yusuf Lena Marlena Octavia Siger_Sari Indah_Ratu Alamsyah Yuliani"
    ),
}

BALINESE_ORDER: Final[tuple[str, ...]] = _parts("Wayan Made Nyoman Ketut Putu Kadek Komang Gede")
BALINESE_LAST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Sudarma Suartana Wirawan Adnyana Artawan Suardana Sukerta Mahendra Widiana Astawa Parwata Sujana"
        " Arnawa Subrata Darmayasa Yasa Suwitra Sudiarta Sukadana Budiasa Swastika Merta Ardika Sutama"
    ),
    "F": _parts(
        "Suartini Lestari Sukerti Astiti Widiani Puspadewi Sudiasih Murniati Rasmini Artini Sukreni Wartini"
        " Suryani Ariani Armini Budiasih Candrawati Suastini Sukarini Sulasmini Yuliastini Wirati"
    ),
}

BUGIS_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Andi Ambo Baso Daeng Tahir Sulaiman Baharuddin Syamsuddin Amiruddin Jamaluddin Kaharuddin Nasruddin"
        " Mappa Burhanuddin Saharuddin Hasanuddin Lukman Beddu Sultan"
    ),
    "F": _parts(
        "Andi Besse Indo Hasnawati Rosmiati Nurhaeda Darmawati Tenri Nurbaya Hasnah Rosmini Marhama Jumriah"
        " Nurjannah Kasmawati Rahmatia Hamsinah Suriani"
    ),
}
BUGIS_LAST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts("Tappa Makkasau Tenriawaru Upe Mappiasse Palaguna Rauf Tola Massarappi Amir Hamid Dalle Sikki Razak"),
    "F": _parts("Tenri Bunga Rukka Sompa Bau Mallomo Hamid Tahir Walinono Sitti Rahma Bollo Dalle"),
}

BATAK_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Togar Parlindungan Bonar Jonner Rudolf Ferdinand Sahat Tigor Mangara Jhonson Saut Tumpal Poltak"
        " Daniel Samuel Marulam Binsar Hasiholan Edward Pardamean Ramses Horas"
    ),
    "F": _parts(
        "Rotua Tiurma Romauli Lamria Tiorida Nurhaida Roslinda Marlina Lasma Rosdiana Elfrida Sondang Duma"
        " Ruth Maria Herlina Rospita Tiarma Netty Melva Friska"
    ),
}
BATAK_MARGA: Final[tuple[str, ...]] = _parts(
    "Siregar Simanjuntak Nainggolan Sitorus Manurung Pasaribu Harahap Lubis Sihombing Silalahi Situmorang"
    " Hutagalung Nasution Sinaga Purba Gultom Marpaung Simbolon Hutabarat Napitupulu Ritonga"
)

ARABIC_FIRST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Muhammad Ahmad Abdul Nur Muhamad Abdullah Ali Umar Ibrahim Ismail Yusuf Hasan Husein Khoirul Saiful"
        " Miftahul Syamsul Zainal Ridwan Lukman Mustofa Rohmat Solihin Sobirin Anwar Zaenal Fathur Nasrul"
        " Bahrul Imron Kholil Masruri Mahfud Mukhtar Thohir Usman Zubair Faqih Hanafi Jazuli"
    ),
    "F": _parts(
        "Siti Nur Umi Nurul Siti_Nur Aisyah Fatimah Khotijah Aminah Maryam Laila Hikmatul Lailatul Khoirun"
        " Zakiyatul Robiatul Musyarofah Muslimah Halimah Zulaikha Romlah Hanifah Nafisah Uswatun Anisatul"
        " Mahmudah Rofiqoh"
    ),
}
ARABIC_LAST: Final[dict[str, tuple[str, ...]]] = {
    "M": _parts(
        "Rohman Rahman Hidayat Rizki Fauzi Aziz Hakim Huda Anam Arifin Abidin Ghofur Wahid Latif Majid"
        " Kholik Salam Muttaqin Mustaqim Mubarok Ramadhan Ilham Iqbal Fadli Fikri Farhan Zaki Hafiz Syarif"
        " Sholeh Mansur Munir Syafii Maulana Akbar Al_Fatih Nawawi Basri Bahri Jalil"
    ),
    "F": _parts(
        "Nurjanah Aisyah Fatimah Khotijah Aminah Maryam Zulaikha Romlah Maesaroh Munawaroh Khoiriyah Rohmah"
        " Mutmainah Hasanah Azizah Hidayah Fitriyah Nurhayati Halimah Mahmudah Jannah Laila Rahmawati"
        " Masruroh Muawanah Nasikhah Qomariyah Rofiah Sholehah Solekhah Ulfah Zahro Khasanah Kholifah Latifah"
        " Mukaromah"
    ),
}
